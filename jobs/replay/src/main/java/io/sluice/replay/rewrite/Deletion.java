package io.sluice.replay.rewrite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.transform.DataStreams;
import io.sluice.transform.IndexNames;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Which indices of the target an operation deletes.
 *
 * @param parts names, and patterns; what begins with a minus sign is left out of what stands before it. Data streams have {@link #STREAM} or
 *     {@link #DATED_STREAM} in front
 */
public record Deletion(List<String> parts) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Of an operation that deletes no index. */
    public static final Deletion NONE = new Deletion(List.of());

    private static final String STREAM = "_data_stream/";
    private static final String DATED_STREAM = "_dated_data_stream/";

    private static final String REMOVE_INDEX = "remove_index";

    public Deletion {
        parts = List.copyOf(parts);
    }

    /** What a call deletes. */
    static Deletion of(Step.Call call) {
        Target target = new Target(call.target());
        if (call.method().equals("DELETE") && call.isOfStream()) {
            String kind = target.parameter(Step.Call.DATED) == null ? STREAM : DATED_STREAM;
            return new Deletion(call.streams().stream().map(kind::concat).toList());
        }
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
            if (isOfStream(part)) {
                isMeant |= fits(part, index);
            } else if (part.startsWith("-")) {
                isMeant &= !IndexNames.matches(part.substring(1), index);
            } else {
                isMeant |= IndexNames.matches(part.startsWith("+") ? part.substring(1) : part, index);
            }
        }
        return isMeant;
    }

    private static boolean isOfStream(String part) {
        return part.startsWith(STREAM) || part.startsWith(DATED_STREAM);
    }

    private static boolean fits(String part, String index) {
        String stream = DataStreams.named(index, part.startsWith(DATED_STREAM));
        return stream != null && IndexNames.matches(part.substring(part.indexOf('/') + 1), stream);
    }

    /** Whether nothing is left of an index: it or its data stream is named, and not only fitted by a pattern. */
    public boolean deletes(String index) {
        boolean isNamed = parts.contains(index)
                || parts.stream().anyMatch(part -> isOfStream(part) && !part.contains("*") && fits(part, index));
        return isNamed && mayDelete(index);
    }
}
