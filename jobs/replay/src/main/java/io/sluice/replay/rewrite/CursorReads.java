package io.sluice.replay.rewrite;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.google.protobuf.ByteString;
import io.sluice.replay.compare.Comparison;
import io.sluice.replay.compare.Matter;
import io.sluice.replay.compare.ReadAnswer;
import io.sluice.replay.rewrite.Cursor.Kind;
import io.sluice.replay.rewrite.Cursor.Role;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads that open scrolls and points in time, go on with them and close them. What goes on is made anew, in the one form that every
 * OpenSearch takes, with a hole where the target's id goes.
 */
final class CursorReads {

    private static final int NOT_FOUND = 404;

    /** In front of an answer: as much of it is read to find an id as ids may be long. */
    private static final int ID_WITHIN_BYTES = 1 << 20;

    /** What a point in time is opened with. */
    private static final Set<String> OF_POINT =
            Set.of("keep_alive", "preference", "routing", "expand_wildcards", "ignore_unavailable", "allow_no_indices");

    /** What is said in the body instead. */
    private static final Set<String> IN_BODY = Set.of("scroll", "scroll_id", "source", "source_content_type");

    private final Set<String> refused;
    private final ReadAnswers answers;

    /** @param refused parameters that the target does not know */
    CursorReads(Set<String> refused, ReadAnswers answers) {
        this.refused = refused;
        this.answers = answers;
    }

    /** Whether requests of a template name cursors, and no index. */
    static boolean isOfCursors(List<String> segments) {
        return kindOf(segments) != null && !segments.contains("{index}");
    }

    /** Whether one of many searches is of a point in time: the target has one answer for all, and they have several roots. */
    static boolean isAmong(ByteString lines) {
        String text = lines.toStringUtf8();
        return text.contains("\"pit\"") // rarely is there any
                && text.lines()
                        .map(line -> SearchBody.of(ByteString.copyFromUtf8(line)))
                        .anyMatch(search -> search != null && search.pointInTime() != null);
    }

    private static @Nullable Kind kindOf(List<String> segments) {
        if (segments.contains("scroll")) {
            return Kind.SCROLL;
        }
        return segments.contains("_pit") || segments.contains("point_in_time") ? Kind.POINT_IN_TIME : null;
    }

    /** Goes on with a cursor, or closes some. Of a request to paths {@linkplain #isOfCursors of cursors}. */
    void rewrite(Request request, Items into) {
        List<String> segments = request.plan().segments();
        Kind kind = kindOf(segments);
        boolean isClosing = request.method().equals("DELETE");
        if (kind == null || (kind == Kind.POINT_IN_TIME && !isClosing)) {
            into.skipped(0, "read_not_mirrored"); // a list of those that are open
            return;
        }
        CursorIds.Named named = CursorIds.named(request, kind);
        if (named == null) {
            into.skipped(0, "read_body_unreadable");
        } else if (segments.contains(CursorIds.ALL) || named.ids().contains(CursorIds.ALL)) {
            into.skipped(0, "closes_all_cursors");
        } else if (named.ids().isEmpty()) {
            into.skipped(0, "cursor_not_named");
        } else if (isClosing) {
            close(request, kind, named.ids(), into);
        } else {
            page(request, named.ids().get(0), named.keep(), into);
        }
    }

    private static void close(Request request, Kind kind, List<String> ids, Items into) {
        String reason = request.status() == NOT_FOUND ? "cursor_gone_at_source" : reason(request);
        for (int item = 0; item < ids.size(); item++) {
            into.add(closing(request, item, kind, ids.get(item), reason));
        }
    }

    private static String reason(Request request) {
        return Comparison.reasonToSkip(new ReadAnswer(request.status(), ByteString.EMPTY));
    }

    /** Of those that are closed together each is a step. */
    private static Step.Read closing(Request request, int item, Kind kind, String id, String reason) {
        String open = "{\"" + kind.idName() + "\":[";
        Cursor cursor =
                new Cursor(kind, Role.CLOSES, Cursor.digest(id), null, open.length(), -1, Matter.STATUS, reason);
        return new Step.Read(
                item,
                "DELETE",
                kind.path(),
                "application/json",
                ByteString.copyFromUtf8(open + "]}"),
                new ReadAnswer(request.status(), ByteString.EMPTY),
                request.micros(),
                cursor);
    }

    /** The next page of a scroll. When the source did not give it, where it stands is not known any more: it is closed. */
    private void page(Request request, String id, @Nullable String keep, Items into) {
        String reason = request.status() == NOT_FOUND ? "cursor_gone_at_source" : reason(request);
        if (!reason.isEmpty()) {
            into.add(closing(request, 0, Kind.SCROLL, id, reason));
            return;
        }
        String scroll = keep == null
                ? "{"
                : "{\"scroll\":\"" + new String(JsonStringEncoder.getInstance().quoteAsString(keep)) + "\",";
        String open = scroll + "\"scroll_id\":";
        String query = request.target().queryOf(name -> !refused.contains(name) && !IN_BODY.contains(name));
        Cursor cursor = new Cursor(
                Kind.SCROLL,
                Role.GOES_ON,
                Cursor.digest(id),
                given(request, Kind.SCROLL),
                open.length(),
                CursorIds.millis(keep),
                Matter.ALL,
                "");
        add(request, "POST", Kind.SCROLL.path() + query, ByteString.copyFromUtf8(open + "}"), cursor, into);
    }

    /**
     * Opens a cursor, or searches a point in time, if that is what a request is about.
     *
     * @param path as the target has it
     * @param body as JSON
     * @return whether it is
     */
    boolean search(Request request, String path, ByteString body, Items into) {
        List<String> segments = request.plan().segments();
        if (kindOf(segments) == Kind.POINT_IN_TIME) {
            openPoint(request, path, into);
            return true;
        }
        boolean isSearch = segments.get(segments.size() - 1).equals("_search");
        boolean isTemplate = segments.contains("_search") && segments.contains("template");
        boolean isScroll = (isSearch || isTemplate) && request.target().parameter("scroll") != null;
        boolean mayBeOfPoint = isSearch && segments.size() == 1;
        SearchBody search = isScroll || mayBeOfPoint ? SearchBody.of(body) : null;
        if (search == null || !(isScroll || search.pointInTime() != null)) {
            return false;
        }
        if (isScroll) {
            openScroll(request, path, body, search, into);
        } else {
            searchPoint(request, path, body, search, into);
        }
        return true;
    }

    private void openPoint(Request request, String path, Items into) {
        String target = path.substring(0, path.indexOf('/', 1)) + Kind.POINT_IN_TIME.path();
        String query = request.target().queryOf(OF_POINT::contains);
        Cursor cursor = opening(request, Kind.POINT_IN_TIME, request.target().parameter("keep_alive"), Matter.STATUS);
        add(request, "POST", target + query, ByteString.EMPTY, cursor, into);
    }

    private void openScroll(Request request, String path, ByteString body, SearchBody search, Items into) {
        if ("scan".equals(request.target().parameter("search_type"))) {
            into.skipped(0, "read_unknown_to_target"); // no page has what one of the target's would have
            return;
        }
        boolean isOwnOrder = search.isOfOwnOrder(request.target().parameter("sort"));
        Cursor cursor = opening(
                request,
                Kind.SCROLL,
                request.target().parameter("scroll"),
                isOwnOrder ? Matter.NUMBER_OF_HITS : Matter.ALL);
        String query = request.target().queryOf(name -> name.equals("scroll") || !refused.contains(name));
        add(request, request.method(), path + query, body, cursor, into);
    }

    private static Cursor opening(Request request, Kind kind, @Nullable String keep, Matter matter) {
        UUID root = given(request, kind);
        return new Cursor(kind, Role.OPENS, root, null, -1, CursorIds.millis(keep), matter, "");
    }

    private void searchPoint(Request request, String path, ByteString body, SearchBody search, Items into) {
        String id = String.valueOf(search.pointInTime());
        if (request.status() == NOT_FOUND) {
            into.add(closing(request, 0, Kind.POINT_IN_TIME, id, "cursor_gone_at_source"));
            return;
        }
        String sort = request.target().parameter("sort");
        if (search.goesOnFromPlace(sort)) {
            into.skipped(0, "page_by_place");
            return;
        }
        Matter ofHits = search.isOfOwnOrder(sort) ? Matter.NUMBER_OF_HITS : Matter.ALL;
        Cursor cursor = new Cursor(
                Kind.POINT_IN_TIME,
                Role.GOES_ON,
                Cursor.digest(id),
                given(request, Kind.POINT_IN_TIME),
                search.hole(),
                CursorIds.millis(search.keep()),
                search.isSliced() ? Matter.STATUS : ofHits,
                "");
        String query = request.target().queryOf(name -> !refused.contains(name));
        add(request, request.method(), path + query, search.withHole(body), cursor, into);
    }

    private static @Nullable UUID given(Request request, Kind kind) {
        ByteString beginning = request.answerBeginning(ID_WITHIN_BYTES);
        String id = beginning == null ? null : Cursor.idIn(beginning, kind);
        return id == null ? null : Cursor.digest(id);
    }

    /** One whose answer is not held goes its way nevertheless, so that what follows it is not behind. */
    private void add(Request request, String method, String target, ByteString body, Cursor cursor, Items into) {
        ReadAnswer answer = answers.of(request);
        String reason = answer == null ? "read_answer_not_held" : Comparison.reasonToSkip(answer);
        boolean isFollowed = answer == null && cursor.root() != null;
        if (!reason.isEmpty() && !isFollowed) {
            into.skipped(0, reason);
            return;
        }
        into.add(new Step.Read(
                0,
                method,
                target,
                body.isEmpty() ? null : "application/json",
                body,
                answer == null ? new ReadAnswer(request.status(), ByteString.EMPTY) : answer,
                request.micros(),
                cursor.because(reason)));
    }
}
