package io.sluice.replay.rewrite;

import com.google.protobuf.ByteString;
import io.sluice.replay.compare.Comparison;
import io.sluice.replay.compare.ReadAnswer;
import io.sluice.transform.SourceEncoding;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Requests that change nothing, as the target understands them. */
final class Reads {

    /** What the target has too. Of a path without any of these, nothing is compared. */
    private static final Set<String> KNOWN = Set.of(
            "_search",
            "_msearch",
            "_count",
            "_mget",
            "_doc",
            "_source",
            "_explain",
            "_termvectors",
            "_termvector",
            "_mtermvectors",
            "_field_caps",
            "_validate",
            "_rank_eval",
            "_analyze",
            "_render",
            "_mapping",
            "_mappings",
            "_settings",
            "_alias",
            "_aliases",
            "_template",
            "_index_template",
            "_component_template",
            "_scripts",
            "_resolve",
            "_pit",
            "_async_search",
            "_asynchronous_search");

    private static final Set<String> LINES = Set.of("_msearch", "_bulk");

    /** Parameters that the target refuses, or that open something which nobody would close. */
    private static final Set<String> GONE = Set.of(
            "include_type_name",
            "scroll",
            "master_timeout",
            "local",
            "type",
            "types",
            "op_type",
            "parent",
            "ignore_throttled",
            "min_compatible_shard_node",
            "force_synthetic_source");

    private final RewriteRules rules;
    private final Indices indices;
    private final ReadBodies bodies;
    private final ReadAnswers answers = new ReadAnswers();
    private final CursorReads cursors = new CursorReads(GONE, answers);
    private final AsyncReads async = new AsyncReads(GONE, answers);

    Reads(RewriteRules rules, Indices indices) {
        this.rules = rules;
        this.indices = indices;
        this.bodies = new ReadBodies(rules, indices);
    }

    /** Why reads of a template are not sent; empty when they are. */
    static String skipRule(List<String> segments) {
        boolean isDocument = segments.size() >= 2 && segments.get(1).equals("{type}");
        boolean isIndex = segments.equals(List.of("{index}"));
        if (segments.contains("exists") || segments.contains("_mlt") || segments.contains("_percolate")) {
            return "read_unknown_to_target";
        }
        return isDocument || isIndex || segments.stream().anyMatch(KNOWN::contains) ? "" : "read_not_mirrored";
    }

    void rewrite(Request request, Items into) {
        if (!request.hasBody()) {
            into.skipped(0, request.bodyRule());
            return;
        }
        if (CursorReads.isOfCursors(request.plan().segments())) {
            cursors.rewrite(request, into);
            return;
        }
        List<String> template = request.plan().segments();
        boolean isAsync = AsyncReads.isOne(template);
        if (isAsync && !AsyncReads.isSubmission(template)) {
            async.goOn(request, into);
            return;
        }
        Named named = Named.of(isAsync ? AsyncReads.indexOf(request) : request.index(), rules, indices);
        if (named.lacksChosen()) {
            into.skipped(0, "index_not_chosen");
        } else if (named.isDateMath()) {
            into.skipped(0, "date_math");
        } else {
            boolean isLines = request.plan().segments().stream().anyMatch(LINES::contains);
            ByteString body = named(request, body(request, isLines));
            if (body == null) {
                into.skipped(0, "read_body_unreadable");
                return;
            }
            if (isLines && CursorReads.isAmong(body)) {
                into.skipped(0, "cursor_in_msearch");
                return;
            }
            if (isAsync) {
                async.submit(request, named, body, into);
                return;
            }
            String path = path(request, named);
            if (!cursors.search(request, path, body, into)) {
                add(request, path, body, isLines, into);
            }
        }
    }

    private void add(Request request, String path, ByteString body, boolean isLines, Items into) {
        ReadAnswer answer = answers.of(request);
        String reason = answer == null ? "read_answer_not_held" : Comparison.reasonToSkip(answer);
        if (answer == null || !reason.isEmpty()) {
            into.skipped(0, reason);
            return;
        }
        String type = isLines ? "application/x-ndjson" : "application/json";
        into.add(new Step.Read(
                0,
                request.method(),
                path + request.target().queryOf(name -> !GONE.contains(name)),
                body.isEmpty() ? null : type,
                body,
                answer,
                request.micros()));
    }

    private @Nullable ByteString named(Request request, @Nullable ByteString body) {
        if (body == null || body.isEmpty()) {
            return body;
        }
        List<String> template = request.plan().segments();
        if (template.contains("_mget")) {
            return bodies.documents(body);
        }
        return template.contains("_msearch") ? bodies.searches(body) : body;
    }

    /** JSON; null when it is in a form of which none can be made. */
    private @Nullable ByteString body(Request request, boolean isLines) {
        byte[] bytes = request.body().toByteArray();
        SourceEncoding encoding = SourceEncoding.of(bytes, 0, bytes.length);
        if (encoding == null || encoding == SourceEncoding.JSON) {
            return request.body();
        }
        return isLines ? null : answers.converted(encoding, bytes);
    }

    /** Without types: what they stood for is after the index now. */
    private static String path(Request request, Named named) {
        List<String> template = request.plan().segments();
        StringBuilder path = new StringBuilder();
        int typeAt = typeAt(template);
        boolean isDocument = template.contains("{id}") && typeAt >= 0;
        boolean isPlainDocument = isDocument && template.size() == typeAt + 2;
        for (int i = 0; i < template.size(); i++) {
            if (i == request.plan().index()) {
                path.append('/').append(named.segment());
            } else if (i == typeAt) {
                path.append(isPlainDocument ? "/_doc" : isDocument ? "/" + template.get(template.size() - 1) : "");
            } else if (!(isDocument && !isPlainDocument && i == template.size() - 1)) {
                String segment = request.target().segment(i);
                path.append('/').append(segment == null ? "" : Target.encoded(segment));
            }
        }
        return path.isEmpty() ? "/" : path.toString().replace("/_termvector/", "/_termvectors/");
    }

    /** Where a type stands, or the name that is as good as none: behind the index, or behind {@code _mapping}. */
    private static int typeAt(List<String> template) {
        int type = template.indexOf("{type}");
        if (type >= 0) {
            return type;
        }
        int doc = template.indexOf("_doc");
        return doc == 1 || doc == template.size() - 1 ? doc : -1;
    }
}
