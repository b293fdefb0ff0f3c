package io.sluice.replay.send;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.BackOff;
import io.sluice.cluster.BulkAnswer;
import io.sluice.cluster.ItemVerdict;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.cluster.RawResponse;
import io.sluice.replay.rewrite.Scope;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.wire.ExchangeRef;
import io.sluice.source.IndexCopy;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which indices the target has. No write goes to one it does not have, as that would make one of no shape at all: it is made as
 * the source has it, and what is for it waits. Several senders may make one at the same time; one of them does.
 *
 * <p>Belongs to the task's thread; answers come back to it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever comes is handled on the task's thread
final class TargetIndices {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int NOT_FOUND = 404;

    private final RawHttp http;
    private final IndexCopy definitions;
    private final StreamAliases aliases;
    private final TaskThread thread;
    private final Waiting waiting;
    private final Set<String> known = new HashSet<>();
    private final Map<String, Preparation> preparations = new HashMap<>();

    /** Has the steps, and takes back what waited. */
    interface Waiting {
        /** What a step writes, wherever its bytes are. */
        Step.Write write(Pending step);

        /** Its index is there. */
        void ready(List<Pending> steps);

        /** Their index is not made, and nobody knows when it will be. Returns who is to wait for it from now on. */
        List<Pending> stuck(List<Pending> steps);

        /** The source does not have its index any more, so nothing of what was written to it is there either. */
        void gone(List<Pending> steps);
    }

    /** An index that is looked for, made, or given more fields. */
    private static final class Preparation {
        final String index;
        final String sourceIndex;
        final @Nullable String type;
        final boolean isMade;
        List<Pending> steps = new ArrayList<>();
        /** Whether the target said last that it is not there, and it is not being made. */
        boolean isAbsent;

        /** Whether it could not be made so far. */
        boolean isStuck;

        /** Whether its index may have been deleted since it was asked for: what comes of that is not true any more. */
        boolean isStale;

        int attempts;
        String trouble;

        Preparation(Step.Write write, boolean isMade) {
            this.index = write.index();
            this.sourceIndex = write.sourceIndex();
            this.type = write.type();
            this.isMade = isMade;
            this.trouble = isMade ? "the target has no index " + index : "";
        }
    }

    TargetIndices(RawHttp http, IndexCopy definitions, TaskThread thread, Waiting waiting) {
        this.http = http;
        this.definitions = definitions;
        this.aliases = new StreamAliases(http);
        this.thread = thread;
        this.waiting = waiting;
    }

    /** Whether an index is known to be there. */
    boolean has(String index) {
        return known.contains(index);
    }

    /** Keeps a step until its index is there. Only of the first the bytes are needed: the heap may have no room for those of all. */
    void await(Pending step) {
        prepare(step, true);
    }

    /** Keeps a step until its index has the fields that the source's has. */
    void widen(Pending step) {
        prepare(step, false);
    }

    private void prepare(Pending step, boolean isMade) {
        String key = (isMade ? "make " : "widen ") + BulkSender.indexOf(step);
        Preparation preparation = preparations.get(key);
        if (preparation == null) {
            preparation = new Preparation(waiting.write(step), isMade);
            preparations.put(key, preparation);
            begin(key, preparation);
        }
        preparation.steps.addAll(preparation.isStuck ? waiting.stuck(List.of(step)) : List.of(step));
    }

    /** The target says that it is not there. */
    void missing(String index) {
        known.remove(index);
    }

    /** Those in a scope may not be there any more. */
    void forget(Scope scope) {
        known.removeIf(scope::touches);
        preparations.values().forEach(preparation -> preparation.isStale |= scope.touches(preparation.index));
    }

    /**
     * Takes out those steps, for indices that the target does not have, that come before the last deletion of theirs. None while the
     * target makes theirs: who took them could delete the index before it is there. Called often: steps are gone over only where their
     * index is deleted.
     *
     * @param which of them
     */
    List<Pending> take(Holding.Deletions deletions, Predicate<Pending> which) {
        List<Pending> taken = new ArrayList<>();
        for (Preparation preparation : preparations.values()) {
            ExchangeRef last = preparation.isAbsent ? deletions.last(preparation.index) : null;
            if (last != null) {
                preparation.steps.removeIf(
                        step -> step.exchange().compareTo(last) < 0 && which.test(step) && taken.add(step));
            }
        }
        return taken;
    }

    /** What is waited for, or empty. */
    String waitingFor() {
        for (Preparation preparation : preparations.values()) {
            if (!preparation.trouble.isEmpty()) {
                return preparation.trouble;
            }
        }
        return "";
    }

    private void begin(String key, Preparation preparation) {
        if (!preparation.isMade) {
            define(key, preparation);
            return;
        }
        call("HEAD", path(preparation.index), null)
                .whenComplete((answer, failure) -> thread.run(() -> {
                    if (isOver(key, preparation)) {
                        return;
                    }
                    if (failure == null && answer.status() / 100 == 2) {
                        aliased(key, preparation);
                    } else if (failure == null && answer.status() == NOT_FOUND) {
                        preparation.isAbsent = true;
                        define(key, preparation);
                    } else {
                        String why = failure == null ? "answered " + answer.status() : reason(failure);
                        later(
                                key,
                                preparation,
                                "the target was asked for index %s: %s".formatted(preparation.index, why));
                    }
                }));
    }

    /** Whether nobody waits for it any more. */
    private boolean isOver(String key, Preparation preparation) {
        return preparation.steps.isEmpty() && preparations.remove(key, preparation);
    }

    /** Asks the source how it is to be. Only what waits before that can be about an index that is found to be gone. */
    private void define(String key, Preparation preparation) {
        Set<Pending> before = Collections.newSetFromMap(new IdentityHashMap<>());
        before.addAll(preparation.steps);
        CompletableFuture<Optional<ObjectNode>> definition = preparation.isMade
                ? definitions.definition(preparation.sourceIndex, preparation.type)
                : definitions.mapping(preparation.sourceIndex, preparation.type);
        definition.whenComplete((body, failure) -> thread.run(() -> {
            if (isOver(key, preparation)) {
                return;
            }
            if (failure != null) {
                String why = "the source was asked how index %s is to be: %s"
                        .formatted(preparation.sourceIndex, reason(failure));
                later(key, preparation, why);
            } else if (body.isPresent()) {
                apply(key, preparation, body.get());
            } else {
                List<Pending> gone = new ArrayList<>();
                preparation.steps.removeIf(step -> before.contains(step) && gone.add(step));
                waiting.gone(gone);
                if (preparation.steps.isEmpty()) {
                    preparations.remove(key);
                } else {
                    begin(key, preparation);
                }
            }
        }));
    }

    private void apply(String key, Preparation preparation, ObjectNode body) {
        String path = path(preparation.index) + (preparation.isMade ? "" : "/_mapping");
        preparation.isAbsent = false;
        call("PUT", path, body)
                .whenComplete((answer, failure) -> thread.run(() -> {
                    if (failure != null) {
                        later(key, preparation, reason(failure));
                    } else if (isDone(preparation, answer)) {
                        aliased(key, preparation);
                    } else {
                        preparation.isAbsent = preparation.isMade;
                        String why = "the target does not take the source's definition of index %s: %d %s"
                                .formatted(preparation.index, answer.status(), BulkAnswer.reasonOf(answer));
                        later(key, preparation, why);
                    }
                }));
    }

    /** An index of a data stream is ready when the alias that stands for that knows which is the newest. */
    private void aliased(String key, Preparation preparation) {
        String stream = preparation.isMade ? definitions.streamOf(preparation.sourceIndex) : null;
        if (stream == null) {
            ready(key, preparation);
            return;
        }
        aliases.settle(stream)
                .whenComplete((done, failure) -> thread.run(() -> {
                    if (failure == null) {
                        ready(key, preparation);
                    } else {
                        later(key, preparation, reason(failure));
                    }
                }));
    }

    /** A mapping that the target refuses, or has no index for, is left to the writes: they are counted, and given up in the end. */
    private boolean isDone(Preparation preparation, RawResponse answer) {
        ItemVerdict verdict = BulkAnswer.verdictOf(answer);
        boolean isRefused = verdict == ItemVerdict.REFUSED || verdict == ItemVerdict.INDEX_MISSING;
        if (!preparation.isMade && isRefused) {
            if (verdict == ItemVerdict.INDEX_MISSING) {
                missing(preparation.index);
            }
            return true;
        }
        return verdict == ItemVerdict.APPLIED || BulkAnswer.reasonOf(answer).contains("already_exists_exception");
    }

    private void ready(String key, Preparation preparation) {
        if (preparation.isStale && !preparation.steps.isEmpty()) {
            preparation.isStale = false;
            begin(key, preparation);
            return;
        }
        preparations.remove(key);
        if (preparation.isStale) {
            return;
        }
        if (preparation.isMade) {
            known.add(preparation.index);
        }
        waiting.ready(preparation.steps);
    }

    private void later(String key, Preparation preparation, String why) {
        preparation.trouble = why;
        if (preparation.isAbsent) {
            preparation.isStuck = true;
            preparation.steps = waiting.stuck(preparation.steps);
        }
        thread.later(BackOff.millis(++preparation.attempts), () -> {
            if (!isOver(key, preparation)) {
                begin(key, preparation);
            }
        });
    }

    private CompletableFuture<RawResponse> call(String method, String path, @Nullable ObjectNode body) {
        List<ByteBuffer> bytes = body == null
                ? List.of()
                : List.of(ByteBuffer.wrap(body.toString().getBytes(StandardCharsets.UTF_8)));
        return http.send(new RawRequest(method, path, body == null ? "" : "application/json", bytes, TIMEOUT));
    }

    private static String reason(Throwable failure) {
        IOException cause = IoFailure.of(failure, "preparing an index");
        return String.valueOf(cause.getMessage());
    }

    /** An index as a path. */
    static String path(String index) {
        return "/" + URLEncoder.encode(index, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
