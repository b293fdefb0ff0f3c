package io.sluice.replay.rewrite;

import com.google.protobuf.ByteString;
import io.sluice.replay.compare.ReadAnswer;
import io.sluice.replay.names.NameEffects;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One thing to do at the target because of an exchange. */
public sealed interface Step {

    /** Its place among the items of its exchange, from 0: a bulk has many. */
    int item();

    /**
     * An index or a delete of one document, fenced as {@code external_gte}. Steps of this kind commute, and may be done twice.
     *
     * @param index at the target
     * @param sourceIndex the concrete index at the source
     * @param type the mapping type at the source; null where it has none, or one that is as good as none
     * @param id at the target: with {@link io.sluice.transform.TypeRoutes#sourceId} that at the source
     * @param fence the source's own sequence number or version; −1 for an index whose writes go without
     * @param source JSON as it is to be sent; null for a delete
     * @param via the alias or data stream that the request named; null where that was the index itself
     * @param answered the stamp of the answer's end; 0 where the source has told of it in another way
     */
    record Write(
            int item,
            String index,
            String sourceIndex,
            @Nullable String type,
            String id,
            @Nullable String routing,
            long fence,
            @Nullable ByteString source,
            @Nullable String via,
            long answered)
            implements Step {
        /** One that does not come of a client's request. */
        public Write(
                int item,
                String index,
                String sourceIndex,
                @Nullable String type,
                String id,
                @Nullable String routing,
                long fence,
                @Nullable ByteString source) {
            this(item, index, sourceIndex, type, id, routing, fence, source, null, 0);
        }

        /** The question to put in its place; where numbers are looked at, they are the fence. */
        public Ask asked(AskReason reason) {
            return new Ask(item, index, sourceIndex, true, type, id, routing, reason, via, answered, fence);
        }

        /** The same where the number may be of another index that had the same name. */
        public Ask askedWithoutNumber(AskReason reason) {
            return new Ask(item, index, sourceIndex, true, type, id, routing, reason, via, answered, -1);
        }
    }

    /**
     * The capture does not tell what became of a document: the source is asked, and its answer is written fenced.
     *
     * @param index at the target, if the source's name is that of an index
     * @param sourceIndex to ask for
     * @param concrete whether that is an index; else it is a name from the request, be it of an index, an alias or a data
     *     stream, and the index is known when the source answers, and with it
     *     what index and id are at the target
     * @param type the mapping type at the source; null where it has none, or one that is as good as none
     * @param id at the target: with {@link io.sluice.transform.TypeRoutes#sourceId} that at the source
     * @param via the alias or data stream that the request named; null where that was the index itself, or is not known
     * @param answered the stamp of the answer's end; 0 where there is none
     * @param number the sequence number that the source gave the operation; −1 when it does not say
     */
    record Ask(
            int item,
            String index,
            String sourceIndex,
            boolean concrete,
            @Nullable String type,
            String id,
            @Nullable String routing,
            AskReason reason,
            @Nullable String via,
            long answered,
            long number)
            implements Step {
        /** One that went to an index itself, or is asked for wherever it is; the source gave it no number of which anybody knows. */
        public Ask(
                int item,
                String index,
                String sourceIndex,
                boolean concrete,
                @Nullable String type,
                String id,
                @Nullable String routing,
                AskReason reason) {
            this(item, index, sourceIndex, concrete, type, id, routing, reason, null, 0, -1);
        }

        /** The same for another reason. */
        public Ask because(AskReason other) {
            return new Ask(item, index, sourceIndex, concrete, type, id, routing, other, via, answered, number);
        }

        /** The same without a number, which may be of another index that had the same name. */
        public Ask withoutNumber() {
            return new Ask(item, index, sourceIndex, concrete, type, id, routing, reason, via, answered, -1);
        }
    }

    /**
     * Many documents were changed, and the capture does not tell which: settled by the range of the source's sequence
     * numbers that it produced, and by what the source does not have any more.
     *
     * @param index at the target, if the source's name is that of an index
     * @param sourceIndex an index, an alias, or a pattern or list of them, as the request has it
     * @param writes whether it may have written documents
     * @param deletes whether it may have deleted documents
     * @param ended the stamp of the answer's end; 0 when there is none, so that the source may be at it still
     * @param task the source's task that does it, when the answer came before its end; null otherwise
     */
    record Sweep(
            int item,
            String index,
            String sourceIndex,
            AskReason reason,
            boolean writes,
            boolean deletes,
            long ended,
            @Nullable String task)
            implements Step {}

    /**
     * A request that everything before it in its scope must precede, and everything after it follow.
     *
     * @param target the request target: path and query
     * @param contentType null when there is no body
     */
    record Call(
            int item,
            Scope scope,
            String method,
            String target,
            @Nullable String contentType,
            ByteString body) implements Step {
        /** The first segment of a call for data streams of the target; such a call is not sent as it is. */
        public static final String STREAM = "_data_stream";

        /** The parameter of the deletion of streams whose indices have a date in their names. */
        static final String DATED = "dated";

        private static final Set<String> DEFINITIONS =
                Set.of("_template", "_index_template", "_component_template", "_ingest", "_scripts", "_search");

        /** Whether it may touch what a backfill carries: what is defined for indices to come does not. */
        public boolean waitsForBackfill() {
            return !DEFINITIONS.contains(target.split("[/?]", 3)[1]);
        }

        /** Which indices it deletes. */
        public Deletion deletion() {
            return Deletion.of(this);
        }

        /** Whether an index comes of it, which is as the templates of that time have it. */
        public boolean makesIndex() {
            String path = target.split("[?]", 2)[0];
            boolean isOfIndex = method.equals("PUT") && !scope.everything() && path.lastIndexOf('/') == 0;
            return isOfIndex || path.contains("/_rollover/") || (isOfStream() && method.equals("PUT"));
        }

        /** Whether it is for data streams. */
        public boolean isOfStream() {
            return target.startsWith("/" + STREAM + "/");
        }

        /** The names, or patterns of them, of the data streams that it is for. */
        public List<String> streams() {
            String names = isOfStream() ? new Target(target).segment(1) : null;
            return names == null ? List.of() : List.of(names.split(",", -1));
        }

        /** The index that alone is to be made of a data stream; null for all that it has. */
        public @Nullable String indexOfStream() {
            return isOfStream() ? new Target(target).segment(2) : null;
        }

        /**
         * What a domain is told of it.
         *
         * @param answered the stamp of the answer's end
         */
        public Barrier barrier(int domain, long answered) {
            return new Barrier(item, domain, scope, waitsForBackfill(), deletion(), makesIndex(), answered, false);
        }
    }

    /**
     * Tells one order domain of a {@link Call} of the same exchange: what is later than it and in its scope waits there until
     * the call is settled. Comes of the road, not of rewriting; has no outcome.
     *
     * @param item that of the call
     * @param domain which; each is told
     * @param waitsForBackfill whether the call waits until the backfill has carried what it touches
     * @param deletion which indices the call deletes
     * @param makesIndex whether an index comes of the call
     * @param answered the stamp of the end of the call's answer: until then the source may have done it
     * @param called whether the call is settled, and only the word to go on is missing
     */
    record Barrier(
            int item,
            int domain,
            Scope scope,
            boolean waitsForBackfill,
            Deletion deletion,
            boolean makesIndex,
            long answered,
            boolean called)
            implements Step {
        /** The same when the call is settled. */
        public Barrier afterCall() {
            return new Barrier(item, domain, scope, waitsForBackfill, deletion, makesIndex, answered, true);
        }
    }

    /**
     * Tells one order domain what a request may have done to names: each is told, before any write comes to its time that the source did after
     * that. Comes of the road, not of rewriting; has no outcome.
     *
     * @param item 0
     * @param domain which
     */
    record Names(int item, int domain, NameEffects effects) implements Step {}

    /**
     * A request that changes nothing: sent when its time has come, to be compared.
     *
     * @param target the request target: path and query
     * @param contentType null when there is no body
     * @param answer the source's
     * @param micros how long that took, from the end of the request to its end; −1 when not known
     * @param cursor what it has to do with a scroll or a point in time; null for nothing
     */
    record Read(
            int item,
            String method,
            String target,
            @Nullable String contentType,
            ByteString body,
            ReadAnswer answer,
            long micros,
            @Nullable Cursor cursor)
            implements Step {
        /** One without a cursor. */
        public Read(
                int item,
                String method,
                String target,
                @Nullable String contentType,
                ByteString body,
                ReadAnswer answer,
                long micros) {
            this(item, method, target, contentType, body, answer, micros, null);
        }

        /** The same with a root that was found. */
        public Read ofRoot(UUID root) {
            Cursor found = cursor == null ? null : cursor.ofRoot(root);
            return new Read(item, method, target, contentType, body, answer, micros, found);
        }
    }

    /**
     * A request as it was captured, to test a target with: comes of {@link WholeRequests}, and of nothing else.
     *
     * @param item which copy of it
     * @param target the request target: path and query
     * @param headers those that are not about the connection, the client's credentials or the length
     * @param status of the answer that was captured; 0 when there is none
     */
    record Whole(int item, String method, String target, Map<String, String> headers, ByteString body, int status)
            implements Step {
        public Whole {
            headers = Map.copyOf(headers);
        }
    }
}
