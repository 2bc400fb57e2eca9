import { Field, ID, InterfaceType } from '@nestjs/graphql';
import { idPrefix, type IdPrefix } from '../platform/index.js';

const TYPES: Partial<Record<IdPrefix, string>> = {
  env: 'Environment',
  lenv: 'LogicalEnvironment',
  art: 'Artifact',
  att: 'Attestation',
  bld: 'BuildRun',
  wfl: 'Workflow',
  dep: 'Deployment',
  rec: 'DeploymentRecord',
  tok: 'ApiToken',
  prj: 'Project',
  pvr: 'ProjectVersion',
  trt: 'TrustedRoot',
};

@InterfaceType({
  description: 'Anything with an id; the prefix of the id says what it is.',
  resolveType: (value: { id: string }) => TYPES[idPrefix(value.id) as IdPrefix],
})
export abstract class Node {
  @Field(() => ID) id!: string;
}
