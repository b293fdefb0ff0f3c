package io.sluice.verify;

import com.google.protobuf.ByteString;
import io.sluice.source.FencedWrite;
import org.jspecify.annotations.Nullable;

/** What the source says of one document when it is asked again. */
sealed interface SourceAnswer {

    /**
     * It has it.
     *
     * @param source as the target ought to have it
     * @param write puts it there, fenced
     */
    record Present(Seen seen, ByteString source, FencedWrite write) implements SourceAnswer {}

    /**
     * It does not have it.
     *
     * @param delete takes it away from the target, fenced; null when no fence is known for that
     */
    record Missing(@Nullable FencedWrite delete) implements SourceAnswer {}

    /** It cannot be compared, by this rule. */
    record NotComparable(String rule) implements SourceAnswer {}

    /** Not now. */
    record Later(String why) implements SourceAnswer {}
}
