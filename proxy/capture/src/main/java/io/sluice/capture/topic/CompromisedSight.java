package io.sluice.capture.topic;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A time in which exchanges may have passed a proxy that are not in the capture.
 *
 * @param until null while it goes on, or when the proxy died in it
 * @param writes that passed, as far as the proxy has told
 * @param reads that passed, as far as the proxy has told
 */
public record CompromisedSight(
        UUID proxy, Instant since, @Nullable Instant until, String reason, long writes, long reads) {}
