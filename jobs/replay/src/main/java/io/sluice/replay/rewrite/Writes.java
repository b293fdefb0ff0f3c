package io.sluice.replay.rewrite;

import com.google.protobuf.ByteString;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.replay.rewrite.WriteRequest.Action;
import io.sluice.transform.DocumentRules;
import io.sluice.transform.DocumentShaper;
import io.sluice.transform.SourceEncoding;
import io.sluice.transform.UnreadableSourceException;
import org.jspecify.annotations.Nullable;

/** Decides what becomes of a write to one document, from what was asked and what was answered. */
final class Writes {

    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY = 429;

    private final RewriteRules rules;
    private final Indices indices;
    private final DocumentShaper shaper;

    Writes(RewriteRules rules, Indices indices) {
        this.rules = rules;
        this.indices = indices;
        this.shaper = new DocumentShaper(new DocumentRules("", 1, rules.drop()));
    }

    /** A write of which an answer tells. */
    void settle(int item, WriteRequest request, ItemAnswer answer, CapturedExchange exchange, Items into) {
        if (answer.status >= 500 || (answer.status > 0 && answer.status < 200)) {
            ask(item, AskReason.UNKNOWN_OUTCOME, request, answer, exchange, into);
        } else if (isRefused(request, answer)) {
            into.refused(item, refusal(answer.status));
        } else if (answer.isNoop) {
            into.refused(item, "noop");
        } else if (answer.index == null || answer.id == null || answer.status == 0) {
            ask(item, AskReason.ANSWER_STRIPPED, request, answer, exchange, into);
        } else {
            applied(item, request, answer, answer.index, answer.id, exchange, into);
        }
    }

    /** That a document was not there to be deleted is no refusal: it is not there since then. */
    private static boolean isRefused(WriteRequest request, ItemAnswer answer) {
        boolean isAbsent =
                request.action == Action.DELETE && answer.status == NOT_FOUND && answer.isNotFound && !answer.hasError;
        return answer.status >= 300 && !isAbsent;
    }

    /** The name of the rule for a request that a status says was not done. */
    static String refusal(int status) {
        return switch (status) {
            case NOT_FOUND -> "refused_not_found";
            case CONFLICT -> "refused_conflict";
            case TOO_MANY -> "refused_too_many";
            default -> "refused";
        };
    }

    private void applied(
            int item,
            WriteRequest request,
            ItemAnswer answer,
            String index,
            String id,
            CapturedExchange exchange,
            Items into) {
        Indices.Facts facts = indices.of(index);
        if (!facts.isChosen()) {
            into.skipped(item, "index_not_chosen");
        } else if (isBeforeSnapshot(item, request, answer, index, facts, exchange, into)) {
            return;
        } else if (request.isLost || (request.source == null && request.action != Action.DELETE)) {
            ask(item, AskReason.UNKNOWN_OUTCOME, request, answer, exchange, into);
        } else if (request.action == Action.UPDATE) {
            ask(item, AskReason.UPDATE, request, answer, exchange, into);
        } else if (request.action != Action.DELETE && isPiped(request, facts)) {
            ask(item, AskReason.PIPELINE, request, answer, exchange, into);
        } else if (!isRoutingKnown(request, index)) {
            ask(item, AskReason.ROUTING_UNKNOWN, request, answer, exchange, into);
        } else {
            write(item, request, answer, index, id, facts, exchange, into);
        }
    }

    /** A data stream's template fits its name, and not those of the indices behind it. */
    private boolean isPiped(WriteRequest request, Indices.Facts facts) {
        return request.hasPipeline()
                || facts.isPipelined()
                || (request.index != null && indices.of(request.index).isPipelined());
    }

    private boolean isBeforeSnapshot(
            int item,
            WriteRequest request,
            ItemAnswer answer,
            String index,
            Indices.Facts facts,
            CapturedExchange exchange,
            Items into) {
        SnapshotMark mark = rules.mark();
        if (mark == null) {
            return false;
        }
        long answered = exchange.answer().ended();
        if (mark.isGone(index) && mark.isBefore(exchange.id().run(), answered)) {
            into.skipped(item, "index_gone_before_snapshot");
            return true;
        }
        if (facts.isInSnapshot()
                && request.action != Action.DELETE
                && mark.isBefore(exchange.id().run(), answered)) {
            into.inSnapshot(item);
            return true;
        }
        if (answered == 0 || !mark.mayBeOfOlderIndex(index, answered)) {
            return false;
        }
        if (rules.liveSource()) {
            ask(item, AskReason.INDEX_CHANGED, request, answer, exchange, into);
        } else if (mark.isOfOlderIndex(index, answered)) {
            into.skipped(item, "index_made_anew_since");
        } else {
            return false;
        }
        return true;
    }

    private void write(
            int item,
            WriteRequest request,
            ItemAnswer answer,
            String index,
            String id,
            Indices.Facts facts,
            CapturedExchange exchange,
            Items into) {
        String type = typeOf(request, answer);
        String target = facts.types().target(type, facts.target());
        long number = facts.fence().of(answer.seqNo, answer.version);
        if (target == null) {
            into.unknown(item, "type_without_target");
        } else if (lacksFence(facts, answer)) {
            ask(item, AskReason.ANSWER_STRIPPED, request, answer, exchange, into);
        } else {
            ByteString source = null;
            if (request.action != Action.DELETE && request.source != null) {
                source = shaped(request.source);
                if (source == null) {
                    ask(item, AskReason.UNREAD_FORM, request, answer, exchange, into);
                    return;
                }
            }
            into.add(new Step.Write(
                    item,
                    target,
                    index,
                    type,
                    facts.types().id(type, id),
                    request.effectiveRouting(),
                    number,
                    source,
                    via(request, index),
                    exchange.answer().ended()));
        }
    }

    private static boolean lacksFence(Indices.Facts facts, ItemAnswer answer) {
        return switch (facts.fence()) {
            case SEQ_NO, WAY_BACK -> answer.seqNo < 0;
            case VERSION -> answer.version < 0;
            case NONE -> false;
        };
    }

    /** Null when it is no object in any form. JSON of which nothing is dropped is handed on as it is. */
    private @Nullable ByteString shaped(ByteString source) {
        if (rules.drop().isEmpty() && !source.isEmpty() && source.byteAt(0) == '{') {
            return source;
        }
        byte[] bytes = source.toByteArray();
        if (rules.drop().isEmpty() && SourceEncoding.of(bytes, 0, bytes.length) == SourceEncoding.JSON) {
            return source;
        }
        try {
            shaper.shape(bytes, 0, bytes.length);
            return ByteString.copyFrom(shaper.bytes(), shaper.offset(), shaper.length());
        } catch (UnreadableSourceException e) {
            return null;
        } finally {
            shaper.forget();
        }
    }

    /** Writes through a data stream's name get no routing. */
    private boolean isRoutingKnown(WriteRequest request, String concrete) {
        if (request.effectiveRouting() != null) {
            return true;
        }
        String name = request.index;
        return name != null
                && (name.equals(concrete) || rules.unrouted().contains(name) || Streams.isIndexOf(name, concrete));
    }

    private static @Nullable String via(WriteRequest request, String concrete) {
        return concrete.equals(request.index) ? null : request.index;
    }

    private static @Nullable String typeOf(WriteRequest request, @Nullable ItemAnswer answer) {
        String type = answer == null || answer.type == null ? request.type : answer.type;
        return "_doc".equals(type) ? null : type;
    }

    /** A write whose outcome no answer tells. */
    void settleUnanswered(int item, WriteRequest request, AskReason reason, Items into) {
        ask(item, reason, request, null, null, into);
    }

    private void ask(
            int item,
            AskReason reason,
            WriteRequest request,
            @Nullable ItemAnswer answer,
            @Nullable CapturedExchange exchange,
            Items into) {
        String concrete = answer == null || isNameAsAsked(request, answer) ? null : answer.index;
        String index = concrete == null ? request.index : concrete;
        String id = answer == null || answer.id == null ? request.id : answer.id;
        if (id == null) {
            into.unknown(item, "generated_id_unknown");
        } else if (index == null) {
            into.unknown(item, "index_unknown");
        } else if (!rules.liveSource()) {
            into.unknown(item, reason.rule());
        } else {
            ask(item, index, concrete != null, id, reason, request, answer, exchange, into);
        }
    }

    /** An error may name the index as the request did, before anybody looked whether it is one. */
    private static boolean isNameAsAsked(WriteRequest request, ItemAnswer answer) {
        return answer.status >= 500 && answer.index != null && answer.index.equals(request.index);
    }

    private void ask(
            int item,
            String index,
            boolean isConcrete,
            String id,
            AskReason reason,
            WriteRequest request,
            @Nullable ItemAnswer answer,
            @Nullable CapturedExchange exchange,
            Items into) {
        Indices.Facts facts = indices.of(index);
        String type = typeOf(request, answer);
        String target = facts.types().target(type, facts.target());
        boolean isRoutingLost = request.isLost || (isConcrete && !isRoutingKnown(request, index));
        if (isConcrete && !facts.isChosen()) {
            into.skipped(item, "index_not_chosen");
        } else if (target == null) {
            into.unknown(item, "type_without_target");
        } else {
            into.add(new Step.Ask(
                    item,
                    target,
                    index,
                    isConcrete,
                    type,
                    facts.types().id(type, id),
                    request.effectiveRouting(),
                    isRoutingLost ? AskReason.ROUTING_UNKNOWN : reason,
                    isConcrete ? via(request, index) : null,
                    exchange == null ? 0 : exchange.answer().ended(),
                    answer == null || !isConcrete || reason == AskReason.INDEX_CHANGED ? -1 : answer.seqNo));
        }
    }
}
