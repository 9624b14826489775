import type { OrganizationData, PhoneNumberRecord } from "../data.ts";
import { isObject } from "../schema/validate.ts";

/** The keys under which a number names agents. Source: API reference, Update Phone Number. */
const bindingKeys = ["inbound_agents", "outbound_agents", "inbound_sms_agents", "outbound_sms_agents"];

/** The numbers that name an agent, whatever the version. */
export function boundToAgent(data: OrganizationData, agentId: string): PhoneNumberRecord[] {
  return numbers(data, (binding) => binding["agent_id"] === agentId);
}

/** The numbers that name an agent by this version number. Source: Docs, Agent Version, on deleting versions. */
export function boundToVersion(data: OrganizationData, agentId: string, version: number): PhoneNumberRecord[] {
  return numbers(data, (binding) => binding["agent_id"] === agentId && binding["agent_version"] === version);
}

function numbers(data: OrganizationData, matches: (binding: Record<string, unknown>) => boolean): PhoneNumberRecord[] {
  return [...data.phoneNumbers.values()].filter((record) =>
    bindingKeys.some((key) => {
      const bindings = record.fields[key];
      return Array.isArray(bindings) && bindings.some((binding) => isObject(binding) && matches(binding));
    }),
  );
}
