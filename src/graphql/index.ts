export { connectionOf, ConnectionArgs, PageInfo } from './connection.js';
export { Context, createContext, CurrentActor, load, type RequestContext } from './context.js';
export { asGraphqlError, asRollcallError, formatErrors } from './errors.js';
export { Node } from './node.js';
export { usePreloaded } from './preloaded.js';
export { DateTime, JsonScalar } from './scalars.js';
export { payload, toUserError, UserError } from './user-errors.js';
export { requestedOfNodes, type Requested } from './requested-fields.js';
