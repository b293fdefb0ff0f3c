package io.sluice.source;

import com.google.protobuf.ByteString;
import io.sluice.transform.CarryRules;
import io.sluice.transform.DocumentRules;
import io.sluice.transform.DocumentShaper;
import io.sluice.transform.FenceKind;
import io.sluice.transform.TypeRoutes;
import io.sluice.transform.UnreadableSourceException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes fenced writes of what the source answers.
 *
 * <p>A document that is there is fenced by its own number. One that is missing is deleted, fenced with the highest number that its
 * shard had before it was looked for. That is as high as the delete that took it away, or that delete came after the question was put
 * and is captured by itself; and it lies below all that is written later. The highest of all shards would not do: numbers of
 * different shards have nothing to do with each other, and a later write of a shard with few would lose.
 */
final class Replies {

    private final CarryRules rules;

    Replies(CarryRules rules) {
        this.rules = rules;
    }

    static Reply unknown(String rule) {
        return new Reply.Settled(Unwritten.unknown(rule));
    }

    static Reply skipped(String rule) {
        return new Reply.Settled(Unwritten.notNeeded(rule));
    }

    /** What comes of all places at which a document may lie. */
    Reply of(List<Read> reads) {
        List<FencedWrite> writes = new ArrayList<>();
        @Nullable Unwritten worst = null;
        for (Read read : reads) {
            Reply reply = of(read);
            if (reply instanceof Reply.Documents documents) {
                writes.addAll(documents.writes());
            } else if (reply instanceof Reply.Settled one) {
                worst = Unwritten.worse(worst, one.why());
            } else {
                return reply;
            }
        }
        if (!writes.isEmpty()) {
            return new Reply.Documents(writes, worst);
        }
        return worst == null ? unknown("missing_with_unknown_routing") : new Reply.Settled(worst);
    }

    private Reply of(Read read) {
        FoundDocument document = read.document();
        if (!rules.names().selects(read.place().index())) {
            return skipped("index_not_chosen");
        }
        if (document == null) {
            return missing(read);
        }
        return switch (document.error()) {
            case "" -> document.isFound() ? found(read.place(), document) : missing(read);
            case "index_not_found_exception" -> skipped("index_gone_at_source");
            case "routing_missing_exception", "illegal_argument_exception" -> unknown("source_refused_question");
            default -> new Reply.Again("the source cannot read a document now: " + document.error());
        };
    }

    private Reply found(Place place, FoundDocument document) {
        FenceKind kind = rules.fenceOf(place.index());
        if (kind.isNumbered() && document.seqNo() < 0) {
            return unknown("source_without_sequence_numbers");
        }
        if (document.source() == null) {
            return unknown("source_not_stored");
        }
        ByteString shaped = shaped(document.source());
        if (shaped == null) {
            return unknown("source_unreadable");
        }
        String routing = routing(place, document);
        long fence = kind.of(document.seqNo(), document.version());
        String type = document.type() == null ? place.type() : document.type();
        return write(place, type, routing, fence, shaped);
    }

    /**
     * Servers that tell sequence numbers tell each document's routing: it has none if they tell none, and is found under another all the
     * same, as a shard has an id once. Those before do not always.
     */
    private static @Nullable String routing(Place place, FoundDocument document) {
        boolean isTold = document.routing() != null || document.seqNo() >= 0;
        return isTold ? document.routing() : place.routing();
    }

    private Reply missing(Read read) {
        FenceKind kind = rules.fenceOf(read.place().index());
        if (kind == FenceKind.VERSION) {
            return unknown("version_of_delete_unknown");
        }
        if (kind.isNumbered() && read.shard() == ShardFinder.UNKNOWN) {
            return unknown("shard_unknown");
        }
        if (kind.isNumbered() && read.highest() == SourceIndices.UNKNOWN) {
            return new Reply.Again("the source does not tell the highest sequence number of shard %d of %s"
                    .formatted(read.shard(), read.place().index()));
        }
        // A shard without any operation has −1, which would be no fence at all; its first one has 0 and wins against 0.
        long fence = kind.ofDelete(Math.max(0, read.highest()), 0);
        return write(read.place(), read.place().type(), read.place().routing(), fence, null);
    }

    /**
     * The target has a document, and the source does not have it any more.
     *
     * @param place where it was at the source
     * @param highest of its shard before it was looked for; {@link SourceIndices#UNKNOWN} when that is not known
     */
    Reply gone(FoundDocument atTarget, Place place, long highest) {
        FenceKind kind = rules.fenceOf(place.index());
        if (kind.isNumbered() && highest == SourceIndices.UNKNOWN) {
            return unknown("shard_unknown");
        }
        long fence = kind.ofDelete(Math.max(0, highest), atTarget.version());
        FencedWrite delete = new FencedWrite(
                atTarget.index(), place.index(), place.type(), atTarget.id(), atTarget.routing(), fence, null);
        return new Reply.Documents(List.of(delete), null);
    }

    private Reply write(
            Place place, @Nullable String type, @Nullable String routing, long fence, @Nullable ByteString source) {
        TypeRoutes routes = rules.routesOf(place.index());
        String target = routes.target(type, rules.names().targetName(place.index()));
        if (target == null) {
            return unknown("type_without_target");
        }
        String id = routes.id(type, place.id());
        return new Reply.Documents(
                List.of(new FencedWrite(target, place.index(), type, id, routing, fence, source)), null);
    }

    /** Without the fields that are not carried; null when it cannot be read for that. */
    private @Nullable ByteString shaped(ByteString source) {
        if (rules.drop().isEmpty()) {
            return source;
        }
        DocumentShaper shaper = new DocumentShaper(new DocumentRules("", 1, rules.drop()));
        byte[] bytes = source.toByteArray();
        try {
            shaper.shape(bytes, 0, bytes.length);
            return ByteString.copyFrom(shaper.bytes(), shaper.offset(), shaper.length());
        } catch (UnreadableSourceException e) {
            return null;
        }
    }
}
