// PostGraphile 5 over the same tables; recording is the function of database/record-function.sql.
import { createServer } from 'node:http';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';

const POOL = 16;
const serv = postgraphile({
  extends: [PostGraphileAmberPreset],
  // It would hide the condition on `status`, which no index holds as a column.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  pgServices: [
    makePgService({
      connectionString: process.argv[2],
      schemas: ['public'],
      poolConfig: { max: POOL, options: '-c timezone=UTC -c jit=off' },
    }),
  ],
  grafserv: { graphiql: false, watch: false },
}).createServ(grafserv);
const server = createServer();
await serv.addTo(server);
server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port} `));
process.once('SIGTERM', () => process.exit());
