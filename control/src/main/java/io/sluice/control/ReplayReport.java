package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.console.Numbers;
import io.sluice.control.console.Output;
import io.sluice.control.console.Table;
import io.sluice.replay.account.AccountRecord.Noted;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Shows the status of a replay to people, and judges it. docs/commands.md explains every field. */
final class ReplayReport {

    /** What became of exchanges and items, in the order in which it is shown; each counts once. */
    private static final List<String> VERDICTS =
            List.of("applied", "superseded", "in_snapshot", "refused_at_source", "failed", "unknown", "held");

    /** What is counted beside the verdicts, and beside what is wrong with the capture. */
    private static final List<String> BESIDE = List.of(
            "order_uncertain",
            "compared_equal",
            "compared_different",
            "compared_target_failed",
            "compared_saw_unfinished_writes");

    /** What the target may lack without any exchange that says so. */
    private static final List<String> LOST = List.of("gaps", Noted.MALFORMED, Noted.COMPROMISED, Noted.DELETE_FAILED);

    private ReplayReport() {}

    static void print(JsonNode status, Output output) {
        output.line("captured until %s, replayed until %s"
                .formatted(time(status, "captured_until"), time(status, "replayed_until")));
        JsonNode exchanges = status.path("exchanges");
        JsonNode items = status.path("items");
        Table table = new Table("verdict", "exchanges", "items");
        for (String verdict : VERDICTS) {
            table.row(
                    words(verdict),
                    exchanges.path(verdict).asLong(),
                    items.path(verdict).asLong());
        }
        exchanges
                .path("skipped")
                .properties()
                .forEach(rule -> table.row(
                        "skipped: " + words(rule.getKey()),
                        rule.getValue().asLong(),
                        items.path("skipped").path(rule.getKey()).asLong()));
        table.row(
                "captured",
                exchanges.path("captured").asLong(),
                items.path("captured").asLong());
        output.table(table);
        String beside = counted(Stream.concat(Noted.all().stream(), BESIDE.stream()), status);
        if (!beside.isEmpty()) {
            output.line(beside);
        }
        long found = status.at("/not_captured/found").asLong();
        if (found > 0) {
            output.line(
                    Numbers.grouped(found) + " operations that were not captured were carried over from the source");
        }
        output.line("%s at speed %s, %s/s"
                .formatted(
                        status.path("state").asText(),
                        status.path("speed").asText(),
                        Numbers.grouped(status.path("rate").asLong())));
        status.path("failed_backfills")
                .properties()
                .forEach(failed -> output.line(
                        "the backfill of %s failed, so documents of it are missing: %s. Mend that, then sluice backfill start"
                                .formatted(failed.getKey(), failed.getValue().asText())));
        output.line(verdict(status));
    }

    /** Those of which there are any, with how many. */
    private static String counted(Stream<String> names, JsonNode status) {
        JsonNode exchanges = status.path("exchanges");
        return names.filter(name -> exchanges.path(name).asLong() > 0)
                .map(name ->
                        words(name) + " " + Numbers.grouped(exchanges.path(name).asLong()))
                .collect(Collectors.joining(", "));
    }

    /** Takes back that it has caught up when it no longer works: what it said of itself last is no longer so. */
    static void takeBack(ObjectNode status) {
        if (status.path("caught_up").asBoolean() && !isCaughtUp(status)) {
            status.put("caught_up", false);
        }
    }

    static String time(JsonNode status, String field) {
        return status.path(field).asText("nothing yet");
    }

    private static String words(String name) {
        return name.replace('_', ' ');
    }

    /** The one line: caught up, or not and why. */
    static String verdict(JsonNode status) {
        if (isDone(status)) {
            boolean isCutOff = status.at("/exchanges/held").asLong() > 0;
            return "done: all that was captured when it began is sent and answered"
                    + (isCutOff ? ", but " + status.path("waiting_for").asText() : "") + lost(status);
        }
        if (isCaughtUp(status) && status.path("capture_ended").asBoolean()) {
            return "caught up: the capture has ended at %s, and all of it is done%s"
                    .formatted(time(status, "captured_until"), lost(status) + unchecked(status));
        }
        if (isCaughtUp(status)) {
            return "caught up, %s behind%s"
                    .formatted(seconds(status.path("lag_seconds").asDouble()), lost(status) + unchecked(status));
        }
        List<String> reasons = new ArrayList<>();
        String state = status.path("state").asText();
        if (!state.equals("running")) {
            reasons.add("it is " + state
                    + (status.has("reason") ? ": " + status.path("reason").asText() : ""));
        }
        if (status.path("lag_seconds").isNumber()) {
            reasons.add(seconds(status.path("lag_seconds").asDouble()) + " behind");
        }
        long held = status.at("/exchanges/held").asLong();
        if (held > 0) {
            reasons.add(Numbers.grouped(held) + " exchanges held");
        }
        status.at("/not_captured/reasons").forEach(reason -> reasons.add(reason.asText()));
        String waiting = status.path("waiting_for").asText("");
        if (!waiting.isEmpty()) {
            reasons.add("waiting: " + waiting);
        }
        return "not caught up: " + String.join("; ", reasons);
    }

    /** That being done is not to have all: the capture does not. */
    private static String lost(JsonNode status) {
        String lost = counted(LOST.stream(), status);
        return lost.isEmpty()
                ? ""
                : "; but something was lost (" + lost + "): sluice verify finds what the target lacks";
    }

    /** What "caught up" does not hold for: where nobody can tell whether all writes came through the proxy. */
    private static String unchecked(JsonNode status) {
        JsonNode unchecked = status.at("/not_captured/unchecked");
        Iterator<Map.Entry<String, JsonNode>> indices = unchecked.properties().iterator();
        if (!indices.hasNext()) {
            return "";
        }
        Map.Entry<String, JsonNode> first = indices.next();
        String more = indices.hasNext() ? ", and " + Numbers.grouped(unchecked.size() - 1) + " more" : "";
        return "; writes that did not come through the proxy cannot be seen on %s: %s%s"
                .formatted(first.getKey(), first.getValue().asText(), more);
    }

    static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }

    private static boolean isCaughtUp(JsonNode status) {
        String state = status.path("state").asText();
        return status.path("caught_up").asBoolean() && (state.equals("running") || state.equals("finished"));
    }

    /** Whether a load test has nothing left to do. */
    private static boolean isDone(JsonNode status) {
        return status.path("done").asBoolean();
    }

    static int exitCode(ObjectNode status) {
        if (JobControl.isIn(status, "failed")) {
            return ExitCode.FAILED;
        }
        if (!isCaughtUp(status) && !isDone(status)) {
            return ExitCode.NOT_READY;
        }
        JsonNode exchanges = status.path("exchanges");
        boolean losses = exchanges.path("failed").asLong() > 0
                || exchanges.path("unknown").asLong() > 0
                || LOST.stream().anyMatch(name -> exchanges.path(name).asLong() > 0);
        return losses ? ExitCode.DONE_WITH_DIFFERENCES : ExitCode.DONE;
    }
}
