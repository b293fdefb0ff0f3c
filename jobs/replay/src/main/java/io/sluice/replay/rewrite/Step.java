package io.sluice.replay.rewrite;

import com.google.protobuf.ByteString;
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
     * @param fence the source's own sequence number or version
     * @param source JSON as it is to be sent; null for a delete
     */
    record Write(
            int item,
            String index,
            String sourceIndex,
            String id,
            @Nullable String routing,
            long fence,
            @Nullable ByteString source)
            implements Step {}

    /**
     * The capture does not tell what became of a document: the source is asked, and its answer is written fenced.
     *
     * @param index at the target
     * @param sourceIndex to ask for
     */
    record Ask(
            int item,
            String index,
            String sourceIndex,
            String id,
            @Nullable String routing,
            AskReason reason) implements Step {}

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
            ByteString body) implements Step {}

    /**
     * A request that changes nothing: sent when its time has come, to be compared.
     *
     * @param target the request target: path and query
     * @param contentType null when there is no body
     */
    record Read(
            int item,
            String method,
            String target,
            @Nullable String contentType,
            ByteString body) implements Step {}
}
