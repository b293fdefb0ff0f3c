package io.sluice.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;

/** The report of a verification as one page that needs nothing else: a verdict, a table, and a bar for each index. */
public final class HtmlReport {

    private record Kind(String name, String title, String colour) {}

    private static final List<Kind> KINDS = List.of(
            new Kind(Account.EQUAL, "equal", "#2e7d32"),
            new Kind(Account.REPAIRED, "repaired", "#80cbc4"),
            new Kind(Account.MISSING, "missing", "#c62828"),
            new Kind(Account.EXTRA, "extra", "#6a1b9a"),
            new Kind(Account.DIFFERENT, "different", "#ef6c00"),
            new Kind(Account.NOT_SETTLED, "not settled", "#f9a825"),
            new Kind(Account.NOT_COMPARED, "not compared", "#9e9e9e"));

    private static final int BAR_WIDTH = 240;
    private static final String STYLE =
            "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;color:#222}"
                    + "table{border-collapse:collapse;width:100%}th,td{padding:.3rem .6rem;border-bottom:1px solid #ddd;"
                    + "text-align:right}th:first-child,td:first-child{text-align:left}.v{padding:.6rem 1rem;border-radius:.4rem;"
                    + "color:#fff;display:inline-block;font-size:1.3rem}.equal{background:#2e7d32}.different{background:#c62828}.incomplete{background:#ef6c00}"
                    + "code{background:#f3f3f3;padding:0 .3rem}";

    private final StringBuilder page = new StringBuilder();

    private HtmlReport() {}

    /** The page of a report, as the job wrote it. */
    public static String of(String migration, JsonNode report) {
        HtmlReport html = new HtmlReport();
        html.head(migration, report);
        html.table(report);
        html.alone(report);
        html.examples(report);
        return html.page.append("</body></html>\n").toString();
    }

    private void head(String migration, JsonNode report) {
        String verdict = report.path(Outcome.VERDICT).asText();
        page.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Verification of ")
                .append(escaped(migration))
                .append("</title><style>")
                .append(STYLE)
                .append("</style></head><body><h1>Verification of ")
                .append(escaped(migration))
                .append("</h1><p class=\"v ")
                .append(escaped(verdict))
                .append("\">")
                .append(title(verdict, report))
                .append("</p><p>Run ")
                .append(escaped(report.path("run").asText()));
        double sample = report.path("sample").asDouble(1);
        if (sample < 1) {
            page.append(String.format(Locale.ROOT, ", a sample of %s %% of the documents", sample * 100));
        }
        if (report.path("from_lists").asBoolean()) {
            page.append(", only what backfill and replay were not sure of");
        }
        if (report.has("snapshot")) {
            page.append(", with the source as snapshot ")
                    .append(escaped(report.path("snapshot").asText()))
                    .append(" has it");
        }
        JsonNode unchanged = report.at("/documents/" + Account.UNCHANGED);
        if (unchanged.isNumber()) {
            page.append(", without the sources of ")
                    .append(grouped(unchanged.asLong()))
                    .append(" documents that were not written since they were found equal");
        }
        page.append(". ")
                .append(grouped(report.at("/documents/" + Account.SOURCE).asLong()))
                .append(" documents in the source, ")
                .append(grouped(report.at("/documents/" + Account.TARGET).asLong()))
                .append(" in the target.</p>");
    }

    private static String title(String verdict, JsonNode report) {
        boolean isWhole = report.path("not_compared_indices").isEmpty()
                && report.at("/documents/" + Account.NOT_COMPARED).asLong() == 0;
        return switch (verdict) {
            case Account.EQUAL -> "Source and target are equal" + (isWhole ? "" : ", as far as they were compared");
            case Account.INCOMPLETE -> "Nothing differs, but not all could be compared";
            default -> "Source and target differ";
        };
    }

    private void table(JsonNode report) {
        page.append("<table><tr><th>index</th><th>source</th><th>target</th>");
        KINDS.forEach(kind -> page.append("<th>").append(kind.title()).append("</th>"));
        page.append("<th></th></tr>");
        report.path("indices").forEach(index -> row(index.path("name").asText(), index));
        row("all", report.path("documents"));
        page.append("</table>");
    }

    private void row(String name, JsonNode counts) {
        page.append("<tr><td>").append(escaped(name)).append("</td>");
        number(counts, Account.SOURCE);
        number(counts, Account.TARGET);
        KINDS.forEach(kind -> number(counts, kind.name()));
        page.append("<td>");
        bar(counts);
        page.append("</td></tr>");
    }

    private void number(JsonNode counts, String name) {
        page.append("<td>").append(grouped(counts.path(name).asLong())).append("</td>");
    }

    /** Whatever there is shows, be it ever so little. */
    private void bar(JsonNode counts) {
        long sum = KINDS.stream()
                .mapToLong(kind -> counts.path(kind.name()).asLong())
                .sum();
        page.append("<svg width=\"%d\" height=\"14\" role=\"img\">".formatted(BAR_WIDTH));
        double at = 0;
        for (Kind kind : KINDS) {
            long count = counts.path(kind.name()).asLong();
            if (count > 0) {
                double width = Math.max(2, (double) BAR_WIDTH * count / sum);
                page.append(String.format(
                        Locale.ROOT,
                        "<rect x=\"%.1f\" width=\"%.1f\" height=\"14\" fill=\"%s\"><title>%s: %s</title></rect>",
                        Math.min(at, BAR_WIDTH - 2.0),
                        width,
                        kind.colour(),
                        kind.title(),
                        grouped(count)));
                at += width;
            }
        }
        page.append("</svg>");
    }

    private void alone(JsonNode report) {
        list("Indices that the target lacks", report.path("missing_indices"), "documents");
        list("Indices that only the target has", report.path("extra_indices"), "documents");
        list("Indices that were not compared", report.path("not_compared_indices"), "rule");
        names("Indices that were made anew while they were read", report.path("changed_indices"));
        names("Names in the lists that stand for nothing", report.path("names_unresolved"));
    }

    private void list(String title, JsonNode indices, String field) {
        if (indices.isEmpty()) {
            return;
        }
        page.append("<h2>").append(title).append("</h2><ul>");
        for (JsonNode index : indices) {
            page.append("<li><code>")
                    .append(escaped(index.path("name").asText()))
                    .append("</code>: ")
                    .append(escaped(index.path(field).asText().replace('_', ' ')))
                    .append(field.equals("documents") ? " documents" : "")
                    .append("</li>");
        }
        page.append("</ul>");
    }

    private void names(String title, JsonNode names) {
        if (!names.isEmpty()) {
            page.append("<h2>").append(title).append("</h2><ul>");
            names.forEach(name ->
                    page.append("<li><code>").append(escaped(name.asText())).append("</code></li>"));
            page.append("</ul>");
        }
    }

    private void examples(JsonNode report) {
        boolean isAny = false;
        for (JsonNode index : report.path("indices")) {
            for (JsonNode example : index.path("examples")) {
                if (!isAny) {
                    page.append("<h2>Examples</h2><p>Every document is in the files of this run, <code>")
                            .append(escaped(report.path("files").asText() + "/" + VerifyJob.DIFFERENCES))
                            .append("</code>.</p><ul>");
                    isAny = true;
                }
                example(example);
            }
        }
        page.append(isAny ? "</ul>" : "");
    }

    private void example(JsonNode example) {
        page.append("<li>")
                .append(escaped(example.path(Outcome.VERDICT).asText().replace('_', ' ')))
                .append(example.path(Account.REPAIRED).asBoolean() ? ", repaired" : "")
                .append(": <code>")
                .append(escaped(example.path(Outcome.INDEX).asText()))
                .append("</code> id <code>")
                .append(escaped(example.path("id").asText()))
                .append("</code>");
        example.path("paths")
                .forEach(path ->
                        page.append(" <code>").append(escaped(path.asText())).append("</code>"));
        page.append("</li>");
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
