package io.sluice.replay.rewrite;

import com.google.protobuf.ByteString;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.route.Types;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Names the indices whose clients write on condition of a sequence number that they have read before ({@code if_seq_no},
 * {@code if_primary_term}). What they remember means nothing to another cluster: when they are switched to it they must read
 * again, or their writes are refused.
 *
 * <p>Takes the exchanges of a capture one by one, those that the source refused too. Of an index it holds its name and a number.
 * Not safe for use by several threads.
 */
public final class ConditionalWrites {

    /** Of so many indices at most the names are held. */
    public static final int MOST_INDICES = 10_000;

    private final Plans plans;
    private final int mostIndices;
    private final int mostBodyBytes;
    private final Map<String, Long> byIndex = new TreeMap<>();
    private long ofOthers;
    private long unreadable;

    /**
     * None so far.
     *
     * @param types what paths mean to the source
     */
    public ConditionalWrites(Types types) {
        this(types, MOST_INDICES, RewriteRules.MOST_BODY_BYTES);
    }

    ConditionalWrites(Types types, int mostIndices, int mostBodyBytes) {
        this.plans = new Plans(types);
        this.mostIndices = mostIndices;
        this.mostBodyBytes = mostBodyBytes;
    }

    /** How many such writes there were to each index, in the order of the names: as the source's answer has it, else as the request has it. */
    public Map<String, Long> byIndex() {
        return Collections.unmodifiableMap(byIndex);
    }

    /** How many there were to further indices, whose names are not held. */
    public long ofOthers() {
        return ofOthers;
    }

    /** How many bulks could not be read to their end: there may have been more. */
    public long unreadable() {
        return unreadable;
    }

    /** Looks at an exchange. */
    public void take(CapturedExchange exchange) {
        Head head = exchange.write() ? Head.ofRequest(exchange.request().head()) : null;
        if (head == null) {
            return;
        }
        Plan plan = plans.of(plans.route(head));
        if (plan.kind().isDocument) {
            Request request = new Request(exchange, plan, head, mostBodyBytes);
            if (request.target().parameter("if_seq_no") != null
                    || request.target().parameter("if_primary_term") != null) {
                count(Trees.answer(request).path("_index").asText(request.index()));
            }
        } else if (plan.kind() == Plan.Kind.BULK) {
            bulk(new Request(exchange, plan, head, mostBodyBytes));
        }
    }

    private void bulk(Request request) {
        List<WriteRequest> all = new ArrayList<>();
        boolean isAny = false;
        BulkRequest items = new BulkRequest(request.body(), Bulks.defaults(request));
        for (WriteRequest item = items.next(); item != null; item = items.next()) {
            item.source = null;
            all.add(item);
            isAny |= item.isConditional;
        }
        unreadable += request.hasBody() && !items.isMalformed() ? 0 : 1;
        if (isAny) {
            List<@Nullable String> told = indicesToldOf(request, all.size());
            for (int i = 0; i < all.size(); i++) {
                WriteRequest item = all.get(i);
                if (item.isConditional) {
                    String index = i < told.size() ? told.get(i) : null;
                    count(index == null ? item.index : index);
                }
            }
        }
    }

    /** What the answer says of each item, as far as it can be read; nothing when it does not tell of just so many. */
    private static List<@Nullable String> indicesToldOf(Request request, int items) {
        List<@Nullable String> told = new ArrayList<>();
        ByteString body = request.answerBody();
        if (request.outcome() != Request.Outcome.APPLIED || body == null) {
            return told;
        }
        try (BulkAnswers answers = new BulkAnswers(body)) {
            for (ItemAnswer answer = answers.next(); answer != null; answer = answers.next()) {
                told.add(answer.index);
            }
        } catch (IOException | RuntimeException e) { // parsers of bytes that are none throw what they met
            told.clear();
        }
        return told.size() == items ? told : List.of();
    }

    private void count(@Nullable String index) {
        if (index == null || (byIndex.size() == mostIndices && !byIndex.containsKey(index))) {
            ofOthers++;
        } else {
            byIndex.merge(index, 1L, Long::sum);
        }
    }
}
