/** Environment of an action whose clock runs so many times as fast, and so many milliseconds ahead of the services'. */
export function atSpeed(speed: number, ahead = 0): Record<string, string> {
  return {
    NODE_OPTIONS: `--import=${new URL("fast-clock.ts", import.meta.url).href}`,
    LAB_CLOCK_SPEED: String(speed),
    LAB_CLOCK_AHEAD: String(ahead),
    // git has no such clock: it gives up a silent server after 60 s, or after so many (git-config, http.lowSpeedTime).
    GIT_HTTP_LOW_SPEED_TIME: String(Math.max(1, Math.round(60 / speed))),
  };
}
