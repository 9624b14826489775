import { saysMissing } from "./failure.ts";
import type { Transport, TransportRequest } from "./transport.ts";

/** Requests by what "there is no such thing" means to them. Any other failure is thrown as `PlatformError`. */
export interface Requests {
  required<T>(request: TransportRequest<T>): Promise<T>;
  orNull<T>(request: TransportRequest<T>): Promise<T | null>;
  /** True if something was there. After a try without answer, "not found" means that this try had deleted it. */
  remove(request: Omit<TransportRequest<true>, "kind" | "read">): Promise<boolean>;
}

export function createRequests(transport: Transport): Requests {
  return {
    async required(request) {
      const result = await transport.request(request);
      if (!result.ok) throw result.error();
      return result.value;
    },

    async orNull(request) {
      const result = await transport.request(request);
      if (result.ok) return result.value;
      if (saysMissing(result.failure)) return null;
      throw result.error();
    },

    async remove(request) {
      const result = await transport.request<true>({ ...request, kind: "delete", read: () => true });
      if (result.ok) return true;
      if (saysMissing(result.failure)) return result.tries > 1;
      throw result.error();
    },
  };
}
