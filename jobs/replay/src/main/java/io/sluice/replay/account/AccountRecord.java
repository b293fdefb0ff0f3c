package io.sluice.replay.account;

import io.sluice.capture.read.Trouble;
import io.sluice.replay.wire.ExchangeRef;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the account is told. */
public sealed interface AccountRecord {

    /** Which partition of the capture it is about. */
    int partition();

    /**
     * An exchange is there as a whole.
     *
     * @param steps how many outcomes will come
     * @param settled items for which none will
     * @param sweeps whether all steps are sweeps
     */
    record Seen(ExchangeRef exchange, int steps, List<Ruled> settled, About about, boolean sweeps)
            implements AccountRecord {
        public Seen {
            settled = List.copyOf(settled);
        }

        @Override
        public int partition() {
            return exchange.partition();
        }
    }

    /**
     * What became of an item.
     *
     * @param rule why, with underscores; empty where the verdict says it all
     */
    record Ruled(Verdict verdict, String rule) {}

    /**
     * What became of a step.
     *
     * @param failure which item the target lacks because of it; null when it lacks none, or nobody wants to read of it
     */
    record Outcome(
            ExchangeRef exchange, Ruled ruled, @Nullable Failure failure) implements AccountRecord {
        @Override
        public int partition() {
            return exchange.partition();
        }
    }

    /**
     * What became of a read.
     *
     * @param answered null when it was not sent
     */
    record Compared(
            ExchangeRef exchange, Ruled ruled, @Nullable Answered answered) implements AccountRecord {
        @Override
        public int partition() {
            return exchange.partition();
        }
    }

    /**
     * How far a partition is.
     *
     * @param time everything stamped below it was read
     * @param floor every write whose request began below it was told as {@link Seen}
     */
    record Progress(int partition, long time, long floor) implements AccountRecord {}

    /**
     * How much of a partition was read: all exchanges that end before are told as {@link Seen}. Without it nobody could see that a
     * capture has ended, as time stands then where it stood.
     *
     * @param offset the first that was not read
     * @param end where all proxies are gone for good that wrote before it, the highest stamp that was read; 0 where somebody is there
     */
    record Reached(int partition, long offset, long end) implements AccountRecord {
        /** Whether all proxies that wrote before it are gone for good. */
        boolean isDeserted() {
            return end > 0;
        }
    }

    /**
     * Who has to say something before time goes on in a partition.
     *
     * @param proxies names of those whose promise is the lowest; empty when nobody is there
     */
    record WaitsFor(int partition, List<UUID> proxies) implements AccountRecord {
        public WaitsFor {
            proxies = List.copyOf(proxies);
        }
    }

    /**
     * A record of the capture that cannot be read: set aside, and counted as {@code malformed}.
     *
     * @param reason what is wrong with it
     */
    record Unreadable(int partition, long offset, String reason) implements AccountRecord {}

    /** Something of the capture that is worth a count. */
    record Noted(int partition, String what) implements AccountRecord {

        /** A record that cannot be read. */
        public static final String MALFORMED = "malformed";

        /** A time in which exchanges passed the proxy that are not in the capture. */
        public static final String COMPROMISED = "compromised";

        /** A delete that was to be done again after a backfill, and was not. */
        public static final String DELETE_FAILED = "kept_deletes_failed";

        /** One that was. */
        public static final String DELETED_AGAIN = "kept_deletes_done_again";

        /** How something that is wrong with an exchange is counted. */
        public static String of(Trouble trouble) {
            return trouble == Trouble.GAP ? "gaps" : trouble.name().toLowerCase(Locale.ROOT);
        }

        /** All there are. */
        public static List<String> all() {
            return Stream.concat(
                            Stream.of(Trouble.values()).map(Noted::of),
                            Stream.of(MALFORMED, COMPROMISED, DELETED_AGAIN, DELETE_FAILED))
                    .toList();
        }
    }
}
