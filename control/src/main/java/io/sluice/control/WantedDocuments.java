package io.sluice.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.BackfillConfig;
import io.sluice.config.MigrationConfig;
import io.sluice.transform.DocumentQuery;
import io.sluice.transform.DocumentRules;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From what the user says of documents to the rules for them. */
final class WantedDocuments {

    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,6})?)\\s*%");
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private WantedDocuments() {}

    /**
     * The rules.
     *
     * @param sample as {@code --sample} has it, or null for every document
     * @throws CommandException when query or sample is none, or is not possible with the rest
     */
    static DocumentRules of(MigrationConfig config, @Nullable String sample) throws CommandException {
        if (sample != null && config.capture() != null) {
            throw CommandException.wrongUsage(
                    "--sample is not possible while capture is configured: replay would bring in what the sample left"
                            + " out. Take capture away, or choose with indices.include and indices.exclude");
        }
        BackfillConfig.Query query = config.backfill().query();
        return new DocumentRules(
                query == null ? "" : checked(query),
                sample == null ? 1 : part(sample),
                config.documents().drop());
    }

    /** The rules as the state keeps them. */
    static ObjectNode describe(DocumentRules rules) {
        ObjectNode described = JsonNodeFactory.instance
                .objectNode()
                .put("query", rules.query())
                .put("sample", rules.sample());
        rules.drop().forEach(described.putArray("drop")::add);
        return described;
    }

    /**
     * Refuses rules that do not choose all that an earlier start chose: the target would keep documents that nobody
     * wants any more.
     *
     * @param before as {@link #describe} wrote it; something else when no start is known
     */
    static void refuseNarrower(JsonNode before, DocumentRules rules) throws CommandException {
        if (!before.isObject()) {
            return;
        }
        DocumentRules earlier = new DocumentRules(
                before.path("query").asText(), before.path("sample").asDouble(1), List.of());
        if (!earlier.chooseNoMoreThan(rules)) {
            throw CommandException.failed(
                    "an earlier start chose documents that backfill.query and --sample do not choose now, and they would"
                            + " stay in the target. Delete its indices there first: they are made anew then",
                    null);
        }
    }

    private static String checked(BackfillConfig.Query query) throws CommandException {
        try {
            DocumentQuery.parse(new ObjectMapper().readTree(query.json()), "backfill.query");
            return query.json();
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUsage(
                    "line %d of the configuration: %s".formatted(query.line(), wrong.getMessage()));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a query that is no JSON came out of the configuration", impossible);
        }
    }

    /** The part of all documents that a sample is. */
    static double part(String sample) throws CommandException {
        Matcher percent = PERCENT.matcher(sample);
        if (percent.matches()) {
            BigDecimal part = new BigDecimal(percent.group(1)).divide(HUNDRED);
            if (part.signum() > 0 && part.compareTo(BigDecimal.ONE) <= 0) {
                return part.doubleValue();
            }
        }
        throw CommandException.wrongUsage(
                "--sample: expected a part such as 1% or 0.05%, at most 100%, but found \"" + sample + "\"");
    }
}
