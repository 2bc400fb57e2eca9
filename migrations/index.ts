import { CreateCore1763712000000 } from './1763712000000-create-core.js';

/** In the order in which they run. */
export const MIGRATIONS = [CreateCore1763712000000];
