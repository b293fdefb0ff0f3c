package io.sluice.replay.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.replay.compare.Judgement.Kind;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Judges two answers to one read: the status class, then the bodies, without what each cluster has of its own (times, shards,
 * nodes, sequence numbers, scores, cursors, types). Of hits the total, the ids and their order count, where hits of one rank may change places;
 * of errors, the type.
 *
 * <p>Pages of a scroll, or of a search of a point in time, whose order is each cluster's own (none, {@code _doc}, {@code _score})
 * are held against each other by {@linkplain Matter#NUMBER_OF_HITS total and number of hits} alone. Where the source sorts by one more value than the
 * client asked for, the place in its shards, that value does not count.
 *
 * <p>May be used by several threads.
 */
public final class Comparison {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SERVER_ERROR = 500;
    private static final int TOO_MANY = 429;
    private static final int ERROR = 400;

    private final UnaryOperator<String> targetNames;

    /** @param targetNames what an index of the source is called at the target */
    public Comparison(UnaryOperator<String> targetNames) {
        this.targetNames = targetNames;
    }

    /**
     * Judges.
     *
     * @param sawUnfinishedWrites as {@link Judgement} has it
     */
    public Judgement judge(ReadAnswer source, ReadAnswer target, boolean sawUnfinishedWrites) {
        return judge(source, target, sawUnfinishedWrites, Matter.ALL);
    }

    /**
     * Judges by a part of the answers.
     *
     * @param sawUnfinishedWrites as {@link Judgement} has it
     */
    public Judgement judge(ReadAnswer source, ReadAnswer target, boolean sawUnfinishedWrites, Matter matter) {
        String reason = reasonToSkip(source);
        if (!reason.isEmpty()) {
            return over(Kind.SKIPPED, reason, sawUnfinishedWrites);
        }
        if (target.status() == 0 || isOwnFailure(target.status())) {
            return over(Kind.TARGET_FAILED, "status_" + target.status(), sawUnfinishedWrites);
        }
        if (source.status() / 100 != target.status() / 100) {
            return over(
                    Kind.DIFFERENT, "status: %d, %d".formatted(source.status(), target.status()), sawUnfinishedWrites);
        }
        return matter == Matter.STATUS
                ? new Judgement(Kind.EQUAL, List.of(), HitLikeness.SAME, sawUnfinishedWrites)
                : bodies(source, target, sawUnfinishedWrites, matter);
    }

    /** Why no answer could be held against this one of the source; empty when some can. */
    public static String reasonToSkip(ReadAnswer source) {
        if (source.status() == 0) {
            return "no_answer_of_the_source";
        }
        return isOwnFailure(source.status()) ? "source_failed" : "";
    }

    private static boolean isOwnFailure(int status) {
        return status >= SERVER_ERROR || status == TOO_MANY;
    }

    private static Judgement over(Kind kind, String what, boolean sawUnfinishedWrites) {
        return new Judgement(kind, List.of(what), HitLikeness.SAME, sawUnfinishedWrites);
    }

    private Judgement bodies(ReadAnswer source, ReadAnswer target, boolean sawUnfinishedWrites, Matter matter) {
        JsonNode one = parse(source);
        JsonNode other = parse(target);
        if (one == null || other == null) {
            return source.body().equals(target.body())
                    ? new Judgement(Kind.EQUAL, List.of(), HitLikeness.SAME, sawUnfinishedWrites)
                    : over(Kind.DIFFERENT, "body", sawUnfinishedWrites);
        }
        TreeDifferences differences = new TreeDifferences(targetNames, matter == Matter.NUMBER_OF_HITS);
        if (source.status() >= ERROR && one.has("error")) {
            differences.compare(
                    "error.type.",
                    one.path("error").path("type"),
                    other.path("error").path("type"));
        } else {
            differences.compare("", one, other);
        }
        Kind kind = differences.found().isEmpty() ? Kind.EQUAL : Kind.DIFFERENT;
        return new Judgement(kind, differences.found(), differences.hits(), sawUnfinishedWrites);
    }

    /** Null when it is no JSON. */
    private static @Nullable JsonNode parse(ReadAnswer answer) {
        try {
            JsonNode json = JSON.readTree(answer.body().toByteArray());
            return json == null || json.isMissingNode() ? null : json;
        } catch (IOException notJson) {
            return null;
        }
    }
}
