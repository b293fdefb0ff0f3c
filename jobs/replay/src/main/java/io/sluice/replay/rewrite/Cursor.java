package io.sluice.replay.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.sluice.replay.compare.Matter;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a read has to do with a scroll, a point in time, or an asynchronous search. Ids are those of the source, as {@link #digest digests}, for they are
 * long; a cursor keeps the first one that the source gave for it as its root, however often the source gives another.
 *
 * @param root which cursor it is: of one that is opened the id that the source gave, null when it gave none; of others the id
 *     in the request, until assembly puts the root in its place
 * @param given the id in the source's answer; null when there is none. Means nothing behind assembly
 * @param hole at which byte of the body the target's id is to be put in as a JSON string; −1 where there is none
 * @param keepMillis how long the client wants it to be kept from then on; −1 where it does not say
 * @param matter what of the answers counts
 * @param reason why nothing of them does: the name of a rule; empty when something does
 */
public record Cursor(
        Kind kind,
        Role role,
        @Nullable UUID root,
        @Nullable UUID given,
        int hole,
        long keepMillis,
        Matter matter,
        String reason) {

    /** Where cursors of a kind are closed, and what the target calls an id. */
    public enum Kind {
        SCROLL("/_search/scroll", "scroll_id"),
        POINT_IN_TIME("/_search/point_in_time", "pit_id"),
        /** Is a search at the target, of which the answer is held here: it has no id there. */
        ASYNC_SEARCH("", "");

        private final String path;
        private final String idName;

        Kind(String path, String idName) {
            this.path = path;
            this.idName = idName;
        }

        /** The target's path for them. */
        public String path() {
            return path;
        }

        /** The field that has an id, or a list of them, in the body of a request to that path. */
        public String idName() {
            return idName;
        }
    }

    /** What a read does with it. */
    public enum Role {
        OPENS,
        GOES_ON,
        CLOSES
    }

    /** An id as it is kept. */
    public static UUID digest(String id) {
        return UUID.nameUUIDFromBytes(id.getBytes(UTF_8));
    }

    /** The same with the root that assembly has found. */
    public Cursor ofRoot(UUID found) {
        return new Cursor(kind, role, found, null, hole, keepMillis, matter, reason);
    }

    /** The same, but nothing is compared for a reason; as it is when that is empty. */
    Cursor because(String rule) {
        return new Cursor(kind, role, root, given, hole, keepMillis, matter, rule);
    }

    /** Whether the answer decides what the target gives next: a page of a scroll is given once. */
    public boolean isOnce() {
        return kind == Kind.SCROLL && role == Role.GOES_ON;
    }

    /** The id that an answer, or the beginning of one, gives for a cursor; null when there is none. */
    public static @Nullable String idIn(ByteString answer, Kind kind) {
        return CursorIds.given(answer, kind);
    }

    /** Whether a request with this head may have to do with one. */
    public static boolean mayConcern(ByteString requestHead) {
        Head head = Head.ofRequest(requestHead);
        if (head == null) {
            return false;
        }
        String target = head.target();
        return target.contains("scroll")
                || target.contains("_pit")
                || target.contains("point_in_time")
                || target.contains("_async_search")
                || target.contains("_asynchronous_search")
                || new Target(target).isOnly("_search");
    }
}
