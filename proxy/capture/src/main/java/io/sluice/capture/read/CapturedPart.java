package io.sluice.capture.read;

import com.google.protobuf.ByteString;
import io.sluice.capture.wire.Cut;

/**
 * A request or an answer.
 *
 * @param head start line and header lines; empty if it is missing
 * @param body without transfer coding; empty if it was not held
 * @param trailers header lines after the body
 * @param began the stamp of its first fragment, or 0 if there is none
 * @param ended the stamp of its last fragment, or 0 if its end is missing
 * @param cut why it ends before its end
 * @param bodyBytes how many bytes of the body were captured
 * @param bodyHeld false if it was too large to be held
 * @param whole whether all of it is there, from the head to the end
 */
public record CapturedPart(
        ByteString head,
        ByteString body,
        ByteString trailers,
        long began,
        long ended,
        Cut cut,
        long bodyBytes,
        boolean bodyHeld,
        boolean whole) {}
