package io.sluice.verify;

import com.google.protobuf.ByteString;
import io.sluice.cluster.RawHttp;
import io.sluice.source.FencedWrite;
import io.sluice.source.Question;
import io.sluice.source.RefusedException;
import io.sluice.source.Reply;
import io.sluice.source.SourceReading;
import io.sluice.transform.CarriedAs;
import io.sluice.transform.CarryRules;
import io.sluice.transform.TypeRoutes;
import io.sluice.transform.UnreadableSourceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;

/** Asks the source for documents again, as a replay asks: as they are now, with the fence they are to be written with. Blocks. */
final class SourceLook implements AskedSource {

    /** Nothing is there, and what would be the fence of a delete is not known. */
    private static final Set<String> MISSING = Set.of(
            "version_of_delete_unknown",
            "shard_unknown",
            "missing_with_unknown_routing",
            "index_gone_at_source",
            "index_not_chosen");

    private final RawHttp http;
    private final SourceReading reading;
    private final CarryRules rules;
    private final VerifyPlan plan;
    private final Shapes shapes;
    private final IndexLook indices;
    private final CanonicalHash hash = new CanonicalHash();

    /** @param http is closed with it */
    SourceLook(RawHttp http, VerifySpec spec) {
        this.http = http;
        this.rules = spec.rules();
        this.reading = new SourceReading(http, whole(rules));
        this.shapes = new Shapes(spec);
        this.plan = spec.plan();
        this.indices = new IndexLook(Side.SOURCE, http, plan.atSource());
    }

    @Override
    public boolean isSame(String index) throws IOException, InterruptedException {
        return indices.isSame(index);
    }

    /** The rules without fields that are dropped: which documents are wanted can depend on these, and is found out here. */
    private static CarryRules whole(CarryRules rules) {
        return new CarriedAs(rules.names(), rules.fences(), rules.fence(), rules.routes(), List.of(), rules.strict());
    }

    @Override
    public Map<Suspect, SourceAnswer> ask(List<Suspect> suspects) throws IOException, InterruptedException {
        Map<String, Map<Suspect, Question>> byIndex = new LinkedHashMap<>();
        for (Suspect suspect : suspects) {
            for (String index : indices(suspect)) {
                byIndex.computeIfAbsent(index, name -> new LinkedHashMap<>()).put(suspect, question(index, suspect));
            }
        }
        Map<Suspect, SourceAnswer> answers = new HashMap<>();
        for (Map.Entry<String, Map<Suspect, Question>> index : byIndex.entrySet()) {
            Map<Question, Reply> replies = replies(index.getKey(), index.getValue());
            for (Map.Entry<Suspect, Question> asked : index.getValue().entrySet()) {
                Reply reply = replies.get(asked.getValue());
                SourceAnswer answer = reply == null
                        ? new SourceAnswer.Later("the source left a question out")
                        : answer(asked.getKey(), index.getKey(), reply);
                answers.merge(asked.getKey(), answer, SourceLook::better);
            }
        }
        return answers;
    }

    /** Where the source may have it: what the target has in one index may come of several. */
    private List<String> indices(Suspect suspect) {
        Seen source = suspect.before().source();
        return source != null
                ? List.of(source.index())
                : plan.sourcesOf(suspect.key().index());
    }

    private Question question(String index, Suspect suspect) {
        Seen source = suspect.before().source();
        TypeRoutes routes = rules.routesOf(index);
        String type = source != null ? source.type() : typeOf(routes, suspect.key());
        return new Question(
                index,
                false,
                type,
                routes.sourceId(type, suspect.key().id()),
                suspect.key().routing());
    }

    /** The type that a document of the target would have at the source; null when that does not matter. */
    private static @Nullable String typeOf(TypeRoutes routes, DocumentKey key) {
        int end = key.id().indexOf('#');
        if (routes.prefixesIds() && end > 0) {
            return key.id().substring(0, end);
        }
        return routes.targets().entrySet().stream()
                .filter(target -> target.getValue().equals(key.index()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    private Map<Question, Reply> replies(String index, Map<Suspect, Question> questions)
            throws IOException, InterruptedException {
        try {
            return reading.read(index, new ArrayList<>(questions.values())).get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RefusedException refused && refused.isForGood()) {
                throw new SuppressRestartsException(cause);
            }
            IOException failed = cause instanceof IOException io
                    ? io
                    : new IOException("the source cannot be asked for documents of " + index, cause);
            throw TooMuchException.isOf(failed) ? new TooMuchException(failed, true) : failed;
        }
    }

    private SourceAnswer answer(Suspect suspect, String index, Reply reply) throws IOException {
        if (reply instanceof Reply.Again again) {
            return new SourceAnswer.Later(again.why());
        }
        if (reply instanceof Reply.Settled settled) {
            String rule = settled.why().rule();
            return MISSING.contains(rule) ? new SourceAnswer.Missing(null) : new SourceAnswer.NotComparable(rule);
        }
        Reply.Documents documents = (Reply.Documents) reply;
        for (FencedWrite write : documents.writes()) {
            if (isOf(suspect.key(), write)) {
                return answer(index, write);
            }
        }
        return new SourceAnswer.Missing(null); // it is there under another routing
    }

    /** What was not to be carried is missing, whatever the source has. */
    private SourceAnswer answer(String index, FencedWrite write) throws IOException {
        ByteString source = write.source();
        if (source == null) {
            return new SourceAnswer.Missing(write);
        }
        try {
            ByteString shaped = shapes.shaped(source);
            return shaped == null
                    ? new SourceAnswer.Missing(write.delete())
                    : new SourceAnswer.Present(seen(index, shaped, write), shaped, write);
        } catch (UnreadableSourceException e) {
            return new SourceAnswer.NotComparable("source_unreadable");
        }
    }

    private static boolean isOf(DocumentKey key, FencedWrite write) {
        return write.index().equals(key.index())
                && write.id().equals(key.id())
                && Objects.equals(write.routing(), key.routing());
    }

    private Seen seen(String index, ByteString source, FencedWrite write) throws IOException {
        hash.ofDocument(source);
        return new Seen(hash.high(), hash.low(), false, write.fence(), index, write.type());
    }

    /** Of two indices that may have it, the one that has it counts. */
    private static SourceAnswer better(SourceAnswer one, SourceAnswer other) {
        return one instanceof SourceAnswer.Present || other instanceof SourceAnswer.Missing ? one : other;
    }

    @Override
    public void close() {
        http.close();
    }
}
