package io.sluice.replay.rewrite;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Requests that make, roll over or delete data streams. At the target plain indices and an alias stand for them, so these calls are sent
 * to nobody as they are: who sends them knows which indices that is about.
 */
final class Streams {

    private final RewriteRules rules;
    private final Indices indices;

    Streams(RewriteRules rules, Indices indices) {
        this.rules = rules;
        this.indices = indices;
    }

    /** Whether an index is of a stream, by both names. */
    static boolean isIndexOf(String stream, String index) {
        return index.startsWith(".ds-") && index.startsWith(stream, 4) && index.startsWith("-", 4 + stream.length());
    }

    void rewrite(Request request, Items into) {
        String expression = request.target().segment(1);
        if (expression == null) {
            into.unknown(0, "index_unknown");
        } else if (expression.contains("<")) {
            into.unknown(0, "date_math");
        } else if (request.method().equals("DELETE")) {
            delete(expression, into);
        } else if (!indices.of(expression).isChosen()) {
            into.skipped(0, "index_not_chosen");
        } else {
            String target = indices.of(expression).target();
            into.add(make(Target.encoded(target), Set.of(target)));
        }
    }

    /** The answer says how the new index is called, not how it is: that is asked of the source when its time has come. */
    void rolledOver(String stream, String index, Items into) {
        if (!indices.of(stream).isChosen()) {
            into.skipped(0, "index_not_chosen");
            return;
        }
        String target = indices.of(stream).target();
        String made = indices.of(index).target();
        into.add(make(Target.encoded(target) + "/" + Target.encoded(made), new LinkedHashSet<>(List.of(target, made))));
    }

    private static Step.Call make(String path, Set<String> touched) {
        return new Step.Call(0, Scope.of(touched), "PUT", "/" + Step.Call.STREAM + "/" + path, null, ByteString.EMPTY);
    }

    private void delete(String expression, Items into) {
        List<String> targets = new ArrayList<>();
        for (String name : expression.split(",", -1)) {
            boolean isPattern = name.contains("*") || name.equals("_all");
            if (isPattern && !rules.names().keepsAll()) {
                // At the target the pattern stands for other streams than at the source.
                into.unknown(0, "pattern_with_other_names");
                return;
            }
            if (isPattern && (name.equals("_all") || name.equals("*"))) {
                into.unknown(0, "delete_everything");
                return;
            }
            if (isPattern) {
                targets.add(name);
            } else if (indices.of(name).isChosen()) {
                targets.add(indices.of(name).target());
            }
        }
        if (targets.isEmpty()) {
            into.skipped(0, "index_not_chosen");
            return;
        }
        String path = "/" + Step.Call.STREAM + "/" + Target.encoded(String.join(",", targets));
        String how = rules.names().streams().dated() ? "?" + Step.Call.DATED + "=true" : "";
        into.add(new Step.Call(0, Scope.ALL, "DELETE", path + how, null, ByteString.EMPTY));
    }
}
