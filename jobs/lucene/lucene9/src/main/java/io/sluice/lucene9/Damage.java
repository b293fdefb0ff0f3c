package io.sluice.lucene9;

import io.sluice.snapshot.UnknownCodecException;
import java.io.EOFException;
import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.jspecify.annotations.Nullable;

/**
 * Turns what Lucene throws on bytes it cannot make sense of into an error that names blob, place and
 * checksums. A failure of the store stays what it is: it says nothing about the bytes.
 */
final class Damage {

    /** Some of what it finds wrong Lucene says in a bare {@link IOException}, which only its thrower tells from the store's. */
    private static final String LUCENE = "org.apache.lucene.";

    private Damage() {}

    /** Work that reads through Lucene. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /** Runs work that opens a part of the shard. */
    static <T> T guard(StoreDirectory directory, Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (IOException | RuntimeException | AssertionError | OutOfMemoryError e) {
            throw explain(directory, e);
        }
    }

    /**
     * @param failure whatever came out of Lucene, an {@link Error} of its own included: damaged bytes reach its
     *     assertions, and damaged lengths its allocations
     */
    static IOException explain(StoreDirectory directory, Throwable failure) {
        IOException ofStore = ofStore(failure);
        if (ofStore != null) {
            return ofStore;
        }
        try {
            directory.verifyOpened();
        } catch (IOException damage) {
            damage.addSuppressed(failure);
            return damage;
        }
        if (failure instanceof OutOfMemoryError) {
            return withoutHeap(directory, failure);
        }
        UnknownCodecException later = ofLaterFormat(directory, failure);
        return later != null ? later : directory.damagedAtLastRead("\"" + failure + "\"", failure);
    }

    private static IOException withoutHeap(StoreDirectory directory, Throwable failure) {
        if (directory.hasStream()) {
            return new IOException(
                    "There is not enough heap for a document of "
                            + directory.stream().describe(directory.stream().start()) + ". Give the process more.",
                    failure);
        }
        return new IOException(
                "There is not enough heap to open %s, or it says wrongly how much it holds. Give the process more, or take the snapshot again."
                        .formatted(directory.lastRead()),
                failure);
    }

    /** A version that came after this build says nothing against the bytes, when their checksum is right. */
    private static @Nullable UnknownCodecException ofLaterFormat(StoreDirectory directory, Throwable failure) {
        if (!(failure instanceof IndexFormatTooNewException later) || !directory.isLastReadWhole()) {
            return null;
        }
        return new UnknownCodecException(
                directory.lastRead(), "version " + later.getVersion() + " of its format", Lucene9Format.DESCRIPTION);
    }

    /** Lucene wraps in unchecked exceptions what its random access throws. */
    private static @Nullable IOException ofStore(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException io && !isOfLucene(io)) {
                return io;
            }
        }
        return null;
    }

    private static boolean isOfLucene(IOException failure) {
        return failure instanceof CorruptIndexException
                || failure instanceof EOFException
                || failure instanceof IndexFormatTooNewException
                || failure instanceof IndexFormatTooOldException
                || isThrownByLucene(failure);
    }

    private static boolean isThrownByLucene(IOException failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return failure.getClass() == IOException.class
                && trace.length > 0
                && trace[0].getClassName().startsWith(LUCENE);
    }
}
