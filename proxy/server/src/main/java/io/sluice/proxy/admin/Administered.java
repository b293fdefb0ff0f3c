package io.sluice.proxy.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.proxy.forward.Gate;
import io.sluice.proxy.forward.Tally;
import io.sluice.proxy.upstream.Upstream;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the admin port shows and turns.
 *
 * @param clusters those that the route can turn to
 * @param clients how many are connected
 * @param capture null: nothing is captured
 */
public record Administered(
        Gate gate,
        Tally tally,
        Map<String, Upstream> clusters,
        IntSupplier clients,
        @Nullable Capture capture) {

    /** What there is to ask of a capture, and to tell it. */
    public interface Capture {

        /** How it is: its part of the status. */
        JsonNode status();

        /**
         * Writes a mark into every partition.
         *
         * @return where it lies, and what was under way there, when Kafka has all of them
         */
        CompletionStage<JsonNode> mark(String name, Map<String, String> properties);
    }
}
