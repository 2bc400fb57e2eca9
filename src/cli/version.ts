declare const __ROLLCALL_VERSION__: string | undefined;

/** Version of this CLI; `0.0.0-source` when it runs from its sources instead of a build. */
export const version = typeof __ROLLCALL_VERSION__ === 'string' ? __ROLLCALL_VERSION__ : '0.0.0-source';
