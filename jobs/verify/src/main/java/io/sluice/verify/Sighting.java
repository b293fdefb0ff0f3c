package io.sluice.verify;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one document.
 *
 * @param source null while the source did not show it
 * @param target null while the target did not
 * @param isShared whether the source showed two documents, of different indices or types, that the target can only have one of
 */
record Sighting(@Nullable Seen source, @Nullable Seen target, boolean isShared) {

    /** One that has its key for itself. */
    Sighting(@Nullable Seen source, @Nullable Seen target) {
        this(source, target, false);
    }

    /** One side's. */
    static Sighting of(Side side, Seen seen) {
        return side == Side.SOURCE ? new Sighting(seen, null) : new Sighting(null, seen);
    }

    /** With what a later one knows. */
    Sighting with(Sighting later) {
        boolean areTwo = source != null && later.source != null && !source.isOfSamePlace(later.source);
        return new Sighting(
                later.source == null ? source : later.source,
                later.target == null ? target : later.target,
                isShared || later.isShared || areTwo);
    }

    boolean isEqual() {
        if (isShared) {
            return false;
        }
        if (source == null || target == null) {
            return source == null && target == null;
        }
        return source.isMetBy(target);
    }

    /** Whether the source has not changed since an earlier sighting; nor the target, for what the source does not have. */
    boolean isAsStableAs(Sighting before) {
        if (source == null) {
            return before.source == null && target != null && before.target != null && target.isSameAs(before.target);
        }
        return before.source != null && source.isSameAs(before.source);
    }

    /**
     * Whether the target's version is one that no write of the source had so far, if the target was looked at first: a write
     * carries the source's own number. So it was written by something else, however often the source's document changes.
     */
    boolean isAheadOfSource() {
        return source != null && target != null && source.mark() != Seen.UNKNOWN && target.mark() > source.mark();
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Seen seen : new Seen[] {source, target}) {
                out.writeBoolean(seen != null);
                if (seen != null) {
                    seen.write(out);
                }
            }
            out.writeBoolean(isShared);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    static Sighting of(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            Seen source = in.readBoolean() ? Seen.read(in) : null;
            Seen target = in.readBoolean() ? Seen.read(in) : null;
            return new Sighting(source, target, in.readBoolean());
        } catch (IOException e) {
            throw new UncheckedIOException("a sighting of another build", e);
        }
    }
}
