import type { Label } from "../model/records.ts";
import type { Repository } from "../model/repository.ts";
import { nodeId } from "./node-id.ts";
import { repositoryUrl } from "./repository.ts";

/** A label (schema `label`). */
export function labelView(repository: Repository, label: Label): Record<string, unknown> {
  return {
    id: label.id,
    node_id: nodeId("LA", label.id),
    url: `${repositoryUrl(repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

/** The label of that name, made if it does not exist: adding an unknown label to an issue creates it. Names ignore case. */
export function ensureLabel(repository: Repository, name: string): Label {
  const found = repository.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const label: Label = { id: repository.world.nextId(), name, color: "ededed", description: null };
  repository.labels.push(label);
  return label;
}
