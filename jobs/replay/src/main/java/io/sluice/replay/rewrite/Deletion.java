package io.sluice.replay.rewrite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.transform.IndexNames;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Which indices of the target an operation deletes.
 *
 * @param parts names, and patterns; what begins with a minus sign is left out of what stands before it
 */
public record Deletion(List<String> parts) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Of an operation that deletes no index. */
    public static final Deletion NONE = new Deletion(List.of());

    private static final String REMOVE_INDEX = "remove_index";

    public Deletion {
        parts = List.copyOf(parts);
    }

    /** What a call deletes. */
    static Deletion of(Step.Call call) {
        Target target = new Target(call.target());
        String first = target.segment(0);
        if (call.method().equals("DELETE") && first != null && target.isSingle()) {
            return new Deletion(List.of(first.split(",", -1)));
        }
        return call.method().equals("POST") && target.isOnly("_aliases") ? removed(call) : NONE;
    }

    private static Deletion removed(Step.Call call) {
        ObjectNode body = Trees.object(call.body());
        List<String> removed = new ArrayList<>();
        if (body != null) {
            for (JsonNode action : body.path("actions")) {
                removed.addAll(AliasActions.names(action.path(REMOVE_INDEX)));
            }
        }
        return new Deletion(removed);
    }

    /** Whether it deletes nothing. */
    public boolean isNone() {
        return parts.isEmpty();
    }

    /** Whether it may delete an index. One that is hidden or closed may stay though a pattern fits it. */
    public boolean mayDelete(String index) {
        boolean isMeant = false;
        for (String part : parts) {
            if (part.startsWith("-")) {
                isMeant &= !IndexNames.matches(part.substring(1), index);
            } else {
                isMeant |= IndexNames.matches(part.startsWith("+") ? part.substring(1) : part, index);
            }
        }
        return isMeant;
    }

    /** Whether nothing is left of an index: it is named, and not only fitted by a pattern. */
    public boolean deletes(String index) {
        return parts.contains(index) && mayDelete(index);
    }
}
