import type { PlacesService } from '../environments/index.js';
import { RollcallError, type Queryable } from '../platform/index.js';
import type { Resolved } from './deployments.store.js';
import type { Place } from './record-request.js';

/** The refusals of 9.1 for a resolved place; null = both places are there, or may be created. */
export async function refusePlaces(
  db: Queryable,
  places: PlacesService,
  place: Place,
  resolved: Resolved,
  mayCreate: { environment: boolean; logicalEnvironment: boolean },
): Promise<RollcallError | null> {
  if (resolved.environmentId === null && !mayCreate.environment)
    return places.environmentNotFound(db, place.organizationId, place.environment);
  if (resolved.environmentState === 'ARCHIVED')
    return new RollcallError('ENVIRONMENT_ARCHIVED', `the Environment ${place.environment} is archived`, {
      field: ['environment'],
      hint: `bring it back first: \`rollcall environment unarchive ${place.environment}\``,
    });
  if (resolved.logicalEnvironmentId === null && !mayCreate.logicalEnvironment)
    return places.logicalEnvironmentNotFound(place.logicalEnvironment);
  if (resolved.logicalEnvironmentState === 'DELETING')
    return new RollcallError(
      'LOGICAL_ENVIRONMENT_DELETING',
      `the LogicalEnvironment ${JSON.stringify(place.logicalEnvironment)} is being deleted`,
      { field: ['logicalEnvironment'] },
    );
  return null;
}

export const deploymentNotFound = (place: Place): RollcallError =>
  new RollcallError(
    'DEPLOYMENT_NOT_FOUND',
    `there is no ${place.kind} ${JSON.stringify(place.name)} in ${place.environment} / ${place.logicalEnvironment}`,
    { field: ['name'], hint: '`rollcall deployment list` shows what runs' },
  );
