package io.sluice.replay.send;

import io.sluice.cluster.BackOff;
import io.sluice.cluster.RawHttp;
import io.sluice.cluster.RawRequest;
import io.sluice.replay.rewrite.Scope;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Which indices the target has. No write goes to one it does not have, as that would make one of no shape at all; what is
 * for such an index waits until somebody makes it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever comes is handled on the task's thread
final class TargetIndices {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int NOT_FOUND = 404;

    private final RawHttp http;
    private final TaskThread thread;
    private final Consumer<List<Pending>> ready;
    private final Set<String> known = new HashSet<>();
    /** Of those that are waited for, what the target said it does not have. */
    private final Set<String> absent = new HashSet<>();

    private final Map<String, List<Pending>> waiting = new HashMap<>();
    private String trouble = "";

    /** @param ready takes what waited, as soon as its index is there */
    TargetIndices(RawHttp http, TaskThread thread, Consumer<List<Pending>> ready) {
        this.http = http;
        this.thread = thread;
        this.ready = ready;
    }

    /** Whether an index is known to be there. */
    boolean has(String index) {
        return known.contains(index);
    }

    /** Keeps a step until its index is there. */
    void await(String index, Pending step) {
        List<Pending> those = waiting.get(index);
        if (those == null) {
            those = new ArrayList<>();
            waiting.put(index, those);
            ask(index, 1);
        }
        those.add(step);
    }

    /** The target says that it is not there. */
    void missing(String index) {
        known.remove(index);
    }

    /** Those in a scope may not be there any more. */
    void forget(Scope scope) {
        known.removeIf(scope::touches);
    }

    /** Takes out those steps, for indices that the target does not have, of which something is so. */
    List<Pending> take(Predicate<Pending> which) {
        List<Pending> taken = new ArrayList<>();
        for (String index : absent) {
            List<Pending> those = waiting.get(index);
            if (those != null) {
                those.removeIf(step -> which.test(step) && taken.add(step));
            }
        }
        return taken;
    }

    /** What is waited for, or empty. */
    String waitingFor() {
        return waiting.isEmpty() ? "" : trouble;
    }

    private void ask(String index, int attempts) {
        String path = "/" + URLEncoder.encode(index, StandardCharsets.UTF_8).replace("+", "%20");
        http.send(new RawRequest("HEAD", path, "", List.of(), TIMEOUT))
                .whenComplete((answer, failure) -> thread.run(() -> {
                    if (failure == null && answer.status() / 100 == 2) {
                        known.add(index);
                        absent.remove(index);
                        List<Pending> those = waiting.remove(index);
                        if (those != null) {
                            ready.accept(those);
                        }
                    } else {
                        trouble = failure == null ? noIndex(index, answer.status()) : reasonOf(failure);
                        if (failure == null && answer.status() == NOT_FOUND) {
                            absent.add(index);
                        }
                        thread.later(BackOff.millis(attempts), () -> ask(index, attempts + 1));
                    }
                }));
    }

    private static String noIndex(String index, int status) {
        return status == NOT_FOUND
                ? "the target has no index " + index
                : "the target answered %d when asked whether it has index %s".formatted(status, index);
    }

    private static String reasonOf(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
    }
}
