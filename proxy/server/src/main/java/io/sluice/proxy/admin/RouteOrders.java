package io.sluice.proxy.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.config.DurationForm;
import io.sluice.proxy.forward.Gate;
import io.sluice.proxy.upstream.Upstream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can be done with the route. Each hold has an end, even if whoever asked for it is never heard of again: then
 * requests go where they went before. Used by the admin port's thread only.
 */
final class RouteOrders {

    private static final Logger LOG = LoggerFactory.getLogger(RouteOrders.class);
    private static final Duration HOLD = Duration.ofSeconds(60);
    private static final Duration LONGEST_HOLD = Duration.ofHours(1);

    private final Gate gate;
    private final Map<String, Upstream> clusters;
    private final ScheduledExecutorService thread;
    private @Nullable Future<?> end;

    RouteOrders(Gate gate, Map<String, Upstream> clusters, ScheduledExecutorService thread) {
        this.gate = gate;
        this.clusters = clusters;
        this.thread = thread;
    }

    /**
     * Does what is asked for.
     *
     * @throws IllegalArgumentException when that is not known
     */
    void follow(JsonNode order) {
        String to = order.path("to").asText("");
        switch (to) {
            case "hold" -> hold(order.path("for").asText(""));
            case "release" -> release("asked to");
            case "upstream" -> turn(order.path("upstream").asText(""));
            default ->
                throw new IllegalArgumentException(
                        "Expected \"to\" to be hold, release or upstream but found \"" + to + "\".");
        }
    }

    private void hold(String written) {
        Duration time = written.isEmpty() ? HOLD : DurationForm.parse(written);
        if (time.isZero() || time.compareTo(LONGEST_HOLD) > 0) {
            throw new IllegalArgumentException("Expected \"for\" to be a duration of at most 1h such as 60s.");
        }
        forgetEnd();
        gate.hold();
        end = thread.schedule(() -> release("the time is over"), time.toMillis(), TimeUnit.MILLISECONDS);
        LOG.info("New requests are held for at most {} s", time.toSeconds());
    }

    private void release(String why) {
        forgetEnd();
        gate.release();
        LOG.info("Requests go to {} again: {}", gate.upstream(), why);
    }

    private void turn(String name) {
        Upstream upstream = clusters.get(name);
        if (upstream == null) {
            throw new IllegalArgumentException(
                    "Expected \"upstream\" to be one of " + String.join(", ", clusters.keySet()) + " but found \""
                            + name + "\". A target must be in the configuration that the proxy was started with.");
        }
        gate.turn(upstream);
        LOG.info("The route turned to {}", upstream);
    }

    private void forgetEnd() {
        if (end != null) {
            end.cancel(false);
            end = null;
        }
    }
}
