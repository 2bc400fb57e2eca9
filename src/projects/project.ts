import type { Instant } from '../platform/index.js';

export interface Project {
  id: string;
  slug: string;
  name: string;
  createdAt: Instant;
}

export interface ProjectVersion {
  id: string;
  projectId: string;
  name: string;
  createdAt: Instant;
}
