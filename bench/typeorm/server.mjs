// Rollcall's own server, door, schema and checks, with the record lane replaced by the TypeORM implementation.
import { createApp } from '../../dist/src/create-app.js';
import { RecordLane } from '../../dist/src/deployments/record-lane.js';
import { createLogger, readConfig } from '../../dist/src/platform/index.js';
import { openDataSource, typeormRecord } from './record.mjs';

const url = process.argv[2];
const app = await createApp({ ...readConfig({}), databaseUrl: url }, createLogger('silent'), {
  connectionString: url,
});
app.get(RecordLane).record = typeormRecord(await openDataSource(url));
await app.init();
await app.listen(0, '127.0.0.1');
console.log(`listening on ${await app.getUrl()} `);
process.once('SIGTERM', () => process.exit());
