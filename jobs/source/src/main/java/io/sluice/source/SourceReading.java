package io.sluice.source;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.RawHttp;
import io.sluice.transform.CarryRules;
import io.sluice.transform.FenceKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads documents of the source for questions:
 *
 * <ol>
 *   <li>what the name stands for, and the UUIDs of that;
 *   <li>the highest sequence number of each shard;
 *   <li>for what may lie anywhere, a search by id, after a refresh: a search sees no more than that;
 *   <li>the documents, as they are now, and those that a pipeline has put elsewhere;
 *   <li>the UUIDs again: another one means that numbers and documents do not belong together.
 * </ol>
 *
 * <p>Nothing is tried twice here. May be called from any thread; answers come on an I/O thread.
 */
public final class SourceReading {

    /** What a search gives at most, unless an index is told otherwise. */
    private static final int MOST_HITS = 10_000;

    /** On how many shards a document that is nowhere is deleted; with more, it stays unknown. */
    private static final int MOST_SHARDS = 64;

    private final SourceCalls calls;
    private final ShardFinder finder;
    private final CarryRules rules;
    private final Replies replies;

    /** @param http of the source */
    public SourceReading(RawHttp http, CarryRules rules) {
        this.calls = new SourceCalls(http);
        this.finder = new ShardFinder(calls);
        this.rules = rules;
        this.replies = new Replies(rules);
    }

    /** What is noted while a batch of questions is answered. */
    private static final class Notes {
        final String name;
        final Collection<Question> questions;
        SourceIndices indices = new SourceIndices(Map.of());
        Map<String, Map<Integer, Long>> highest = Map.of();
        final Map<Question, List<Place>> places = new LinkedHashMap<>();
        final Map<Place, FoundDocument> found = new HashMap<>();
        final Map<Place, Integer> shards = new HashMap<>();

        Notes(String name, Collection<Question> questions) {
            this.name = name;
            this.questions = questions;
        }

        /** Whether it has to be looked for. A name of something else may stand for several indices, or have a routing. */
        boolean isAnywhere(Question question) {
            return question.everywhere() || !indices.names().equals(Set.of(name));
        }

        List<Question> anywhere() {
            return questions.stream().filter(this::isAnywhere).toList();
        }

        /** What lies where it was asked for; null when nothing does. */
        @Nullable
        FoundDocument here(Question question) {
            FoundDocument document = found.get(new Place(name, question.type(), question.id(), question.routing()));
            return document != null && document.isFound() ? document : null;
        }

        /** Whether nothing lies where it was asked for, or what got another routing and only came to the same shard. */
        boolean isLost(Question question) {
            FoundDocument here = here(question);
            return here == null || !Objects.equals(here.routing(), question.routing());
        }

        boolean isHere(Question question, Place place) {
            FoundDocument here = here(question);
            return here != null && Objects.equals(here.routing(), place.routing());
        }

        long highest(Place place, int shard) {
            return highest.getOrDefault(place.index(), Map.of()).getOrDefault(shard, SourceIndices.UNKNOWN);
        }
    }

    /**
     * Answers questions.
     *
     * @param questions all of this name
     * @return a reply for each; or an {@link IOException} when the source could not be read
     */
    public CompletableFuture<Map<Question, Reply>> read(String name, Collection<Question> questions) {
        Notes notes = new Notes(name, List.copyOf(questions));
        if (!isOfOneTime(name)) {
            return completedFuture(all(notes, Replies.unknown("name_unclear")));
        }
        return calls.indices(name).thenCompose(indices -> {
            notes.indices = indices;
            return indices.isEmpty()
                    ? completedFuture(all(notes, Replies.skipped("index_gone_at_source")))
                    : read(notes);
        });
    }

    /** Whether it stands for today what it stood for then: dates do not, and a pattern names what no document is written to. */
    private static boolean isOfOneTime(String name) {
        return !name.isEmpty()
                && !name.startsWith("<")
                && !name.startsWith("_")
                && name.indexOf('*') < 0
                && name.indexOf(',') < 0;
    }

    private static Map<Question, Reply> all(Notes notes, Reply reply) {
        Map<Question, Reply> all = new HashMap<>();
        notes.questions.forEach(question -> all.put(question, reply));
        return all;
    }

    private CompletableFuture<Map<Question, Reply>> read(Notes notes) {
        return calls.shardStats(notes.indices.names())
                .thenCompose(stats -> {
                    notes.highest = SourceIndices.highest(stats);
                    return look(notes);
                })
                .thenCompose(nothing -> documents(notes.places, notes))
                .thenCompose(nothing -> routed(notes))
                .thenCompose(nothing -> calls.indices(notes.name))
                .thenCompose(after -> after.equals(notes.indices)
                        ? shards(notes)
                        : failedFuture(new IOException("%s was made anew while it was read".formatted(notes.name))))
                .thenCompose(nothing -> replies(notes));
    }

    /** Finds the places at which the documents lie. */
    private CompletableFuture<Void> look(Notes notes) {
        for (Question question : notes.questions) {
            if (!notes.isAnywhere(question)) {
                Place place = new Place(notes.name, question.type(), question.id(), question.routing());
                notes.places.put(question, List.of(place));
            }
        }
        List<Question> anywhere = notes.anywhere();
        if (anywhere.isEmpty()) {
            return completedFuture(null);
        }
        return calls.refresh(notes.indices.names())
                .thenCompose(refreshed -> calls.search(notes.indices.names(), byId(anywhere)))
                .thenAccept(body -> notes.places.putAll(places(anywhere, hits(body))));
    }

    private static ObjectNode byId(List<Question> questions) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("size", MOST_HITS).put("_source", false);
        ArrayNode ids = body.putObject("query").putObject("ids").putArray("values");
        questions.stream().map(Question::id).distinct().forEach(ids::add);
        return body;
    }

    private static List<FoundDocument> hits(byte[] body) {
        try {
            List<FoundDocument> hits = FoundDocuments.ofSearch(body);
            if (hits.size() == MOST_HITS) {
                throw new IOException("more than %d documents have the ids that are asked for".formatted(MOST_HITS));
            }
            return hits;
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static Map<Question, List<Place>> places(List<Question> questions, List<FoundDocument> hits) {
        Map<String, List<Place>> byId = new HashMap<>();
        for (FoundDocument hit : hits) {
            byId.computeIfAbsent(hit.id(), id -> new ArrayList<>()).add(hit.place());
        }
        Map<Question, List<Place>> all = new LinkedHashMap<>();
        for (Question question : questions) {
            List<Place> places = byId.getOrDefault(question.id(), List.of()).stream()
                    .filter(place -> question.type() == null || question.type().equals(place.type()))
                    .toList();
            all.put(question, places);
        }
        return all;
    }

    /** Adds the places to which a routing leads that no request has named. */
    private CompletableFuture<Void> routed(Notes notes) {
        List<Question> lost = notes.questions.stream()
                .filter(question -> question.routed() && !notes.isAnywhere(question) && notes.isLost(question))
                .toList();
        if (lost.isEmpty()) {
            return completedFuture(null);
        }
        return calls.refresh(notes.indices.names())
                .thenCompose(refreshed -> calls.search(notes.indices.names(), byId(lost)))
                .thenCompose(body -> {
                    Map<Question, List<Place>> further = places(lost, hits(body));
                    further.replaceAll((question, places) -> places.stream()
                            .filter(place -> !notes.isHere(question, place))
                            .toList());
                    further.forEach((question, places) -> notes.places.merge(
                            question,
                            places,
                            (here, more) ->
                                    Stream.concat(here.stream(), more.stream()).toList()));
                    return documents(further, notes);
                });
    }

    private CompletableFuture<Void> documents(Map<Question, List<Place>> places, Notes notes) {
        Map<String, List<Place>> byIndex = new TreeMap<>();
        places.values().stream()
                .flatMap(List::stream)
                .distinct()
                .forEach(place -> byIndex.computeIfAbsent(place.index(), index -> new ArrayList<>())
                        .add(place));
        CompletableFuture<Void> all = completedFuture(null);
        for (Map.Entry<String, List<Place>> index : byIndex.entrySet()) {
            all = all.thenCompose(nothing -> calls.mget(index.getKey(), mget(index.getValue())))
                    .thenAccept(body -> note(index.getValue(), body, notes));
        }
        return all;
    }

    static ObjectNode mget(List<Place> places) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode docs = body.putArray("docs");
        for (Place place : places) {
            ObjectNode doc = docs.addObject().put("_id", place.id());
            if (place.type() != null) {
                doc.put("_type", place.type());
            }
            if (place.routing() != null) {
                doc.put("routing", place.routing());
            }
        }
        return body;
    }

    private static void note(List<Place> places, byte[] body, Notes notes) {
        try {
            List<FoundDocument> documents = FoundDocuments.ofMget(body, places.size());
            for (int i = 0; i < places.size(); i++) {
                notes.found.put(places.get(i), documents.get(i));
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** Notes the shards of what is missing, and of all that may lie anywhere: the rest of the shards lack it. */
    private CompletableFuture<Void> shards(Notes notes) {
        CompletableFuture<Void> all = completedFuture(null);
        for (Map.Entry<Question, List<Place>> question : notes.places.entrySet()) {
            for (Place place : question.getValue()) {
                FoundDocument document = notes.found.get(place);
                boolean isThere = document != null && document.isFound();
                if (!isThere || notes.isAnywhere(question.getKey())) {
                    all = all.thenCompose(nothing ->
                                    finder.shard(place.index(), incarnation(place.index(), notes), place.spreadBy()))
                            .thenAccept(shard -> notes.shards.put(place, shard));
                }
            }
        }
        return all;
    }

    private static SourceIndices.Incarnation incarnation(String index, Notes notes) {
        SourceIndices.Incarnation incarnation = notes.indices.byName().get(index);
        return incarnation == null ? new SourceIndices.Incarnation("", 0, 1) : incarnation;
    }

    private CompletableFuture<Map<Question, Reply>> replies(Notes notes) {
        Map<Question, Reply> all = new HashMap<>();
        CompletableFuture<Void> done = completedFuture(null);
        for (Question question : notes.questions) {
            List<Read> reads = new ArrayList<>();
            for (Place place : notes.places.getOrDefault(question, List.of())) {
                int shard = notes.shards.getOrDefault(place, ShardFinder.UNKNOWN);
                reads.add(new Read(place, notes.found.get(place), shard, notes.highest(place, shard)));
            }
            if (notes.isAnywhere(question)) {
                done = done.thenCompose(nothing -> elsewhere(question, reads, notes));
            }
            done = done.thenRun(() -> all.put(question, replies.of(reads)));
        }
        return done.thenApply(nothing -> all);
    }

    /**
     * A shard has an id once. So on each shard on which the source does not have it, whatever the target may have there under any
     * routing is deleted by a routing that leads to that shard.
     */
    private CompletableFuture<Void> elsewhere(Question question, List<Read> reads, Notes notes) {
        List<String> chosen = notes.indices.names().stream()
                .filter(rules.names()::selects)
                .filter(index -> rules.fenceOf(index) != FenceKind.VERSION) // no version would be known of the delete
                .sorted()
                .toList();
        int shards = chosen.stream().mapToInt(notes.indices::shards).sum();
        if (shards > MOST_SHARDS || reads.stream().anyMatch(read -> read.shard() == ShardFinder.UNKNOWN)) {
            return completedFuture(null);
        }
        CompletableFuture<Void> all = completedFuture(null);
        for (String index : chosen) {
            Set<Integer> empty = new TreeSet<>();
            for (int shard = 0; shard < notes.indices.shards(index); shard++) {
                int number = shard;
                boolean isThere = reads.stream()
                        .anyMatch(read ->
                                read.shard() == number && read.place().index().equals(index));
                if (!isThere) {
                    empty.add(shard);
                }
            }
            all = all.thenCompose(nothing -> finder.routings(index, incarnation(index, notes), empty))
                    .thenAccept(routings -> empty.forEach(shard -> {
                        if (routings.containsKey(shard)) {
                            Place place = new Place(index, question.type(), question.id(), routings.get(shard));
                            reads.add(new Read(place, null, shard, notes.highest(place, shard)));
                        }
                    }));
        }
        return all;
    }
}
