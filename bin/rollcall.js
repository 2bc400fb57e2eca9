#!/usr/bin/env node
// Written for every Node.js that can parse a module, so that an old one gets a sentence instead of a stack trace.
(function () {
  var version = process.versions.node.split('.').map(Number);
  if (version[0] < 20 || (version[0] === 20 && version[1] < 16)) {
    process.stderr.write('error: rollcall needs Node.js 20.16 or newer; this is ' + process.version + '\n');
    process.exit(1);
  }
  import('../dist/cli/rollcall.js').catch(function (error) {
    var missing =
      error.code === 'ERR_MODULE_NOT_FOUND' && /dist.cli.rollcall\.js/.test(String(error.message));
    process.stderr.write(
      missing ? 'error: rollcall is not built\nhint: npm run build\n' : String(error.stack || error) + '\n',
    );
    process.exitCode = 1;
  });
})();
