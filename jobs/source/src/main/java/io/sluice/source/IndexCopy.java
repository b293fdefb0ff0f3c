package io.sluice.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cluster.RawHttp;
import io.sluice.source.SourceIndices.Incarnation;
import io.sluice.transform.CarryRules;
import io.sluice.transform.IndexBodies;
import io.sluice.transform.IndexDefinition;
import io.sluice.transform.IndexDefinition.Origin;
import io.sluice.transform.ShardLayout;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How indices of the source are defined, as the target takes it: by the same rules as a backfill makes them.
 *
 * <p>May be called from any thread; answers come on an I/O thread. What fails is an {@link IOException} in words for the user.
 */
public final class IndexCopy {

    private final SourceCalls calls;
    private final CarryRules rules;
    private final String migration;

    /**
     * @param http of the source
     * @param migration is named in what is made
     */
    public IndexCopy(RawHttp http, CarryRules rules, String migration) {
        this.calls = new SourceCalls(http);
        this.rules = rules;
        this.migration = migration;
    }

    /**
     * The body that makes an index: settings, mappings, and aliases. Which of several indices an alias writes to is left out, as that
     * changes with time. One of a data stream is made as what stands for it at the target.
     *
     * @param type whose documents it is to have, where types go to indices of their own
     * @return empty when the source has no such index
     */
    public CompletableFuture<Optional<ObjectNode>> definition(String index, @Nullable String type) {
        return calls.definition(index).thenCombine(calls.routingShards(index), (definition, routingShards) -> {
            JsonNode of = definition.path(index);
            return of.isObject()
                    ? Optional.of(body(of, routingShards, splitBy(index, type), rules, migration))
                    : Optional.empty();
        });
    }

    /**
     * The index of the source that has this name at the target.
     *
     * @return empty when there is none, or one whose types go to indices of their own
     */
    public CompletableFuture<Optional<String>> sourceOf(String target) {
        return calls.allIndices().thenApply(all -> sourceOf(all, target));
    }

    /** Whose an index is that is made under this name at the target now. */
    public CompletableFuture<Origin> originOf(String target) {
        return calls.allIndices().thenApply(all -> {
            Incarnation living = sourceOf(all, target).map(all.byName()::get).orElse(null);
            return new Origin(migration, living == null ? "" : living.uuid());
        });
    }

    /** The indices at the target of the data stream that has this name there, as many as the source has of it now. */
    public CompletableFuture<Set<String>> indicesOfStream(String target) {
        return calls.allIndices()
                .thenApply(all -> all.names().stream()
                        .filter(rules.names()::selects)
                        .filter(index -> target.equals(streamOf(index)))
                        .map(rules.names()::targetName)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** The data stream of the target whose index is made of this one of the source; null for none. */
    public @Nullable String streamOf(String index) {
        String stream = rules.names().streams().of(index);
        return stream == null ? null : rules.names().targetName(stream);
    }

    private Optional<String> sourceOf(SourceIndices all, String target) {
        return all.names().stream()
                .filter(rules.names()::selects)
                .filter(index -> rules.names().targetName(index).equals(target))
                .filter(index -> !rules.routesOf(index).isSplit())
                .findFirst();
    }

    /** Whether the source still has an index under the name that it had, be it open or closed: not another one in its place. */
    public CompletableFuture<Boolean> isThere(String index, String uuid) {
        return calls.indices(index)
                .thenApply(found -> found.byName().values().stream()
                        .anyMatch(one -> one.uuid().equals(uuid)));
    }

    private @Nullable String splitBy(String index, @Nullable String type) {
        return rules.routesOf(index).isSplit() ? type : null;
    }

    /**
     * The body that gives an index the fields that the source's has now.
     *
     * @return empty when the source has no such index
     */
    public CompletableFuture<Optional<ObjectNode>> mapping(String index, @Nullable String type) {
        return calls.definition(index).thenApply(definition -> {
            JsonNode of = definition.path(index);
            return of.isObject() ? Optional.of(fields(of, splitBy(index, type))) : Optional.empty();
        });
    }

    static ObjectNode fields(JsonNode definition, @Nullable String type) {
        return IndexBodies.mapping(mappings(definition, type), null);
    }

    static ObjectNode body(
            JsonNode definition, int routingShards, @Nullable String type, CarryRules rules, String migration) {
        ObjectNode given = JsonNodeFactory.instance.objectNode();
        given.set("mappings", mappings(definition, type));
        given.set("aliases", definition.path("aliases"));
        ObjectNode clean = IndexBodies.index(given, false);
        JsonNode settings = definition.path("settings");
        String stream = definition.path("data_stream").asText("");
        String uuid = settings.path("index.uuid").asText();
        ObjectNode mappings =
                clean.path("mappings") instanceof ObjectNode there ? there : JsonNodeFactory.instance.objectNode();
        ObjectNode body = IndexDefinition.of(
                layout(settings, routingShards),
                settings,
                mappings,
                new Origin(migration, uuid, type == null ? "" : type),
                rules.strict(),
                stream.isEmpty() ? null : rules.names().targetName(stream));
        if (clean.path("aliases") instanceof ObjectNode aliases) {
            for (Map.Entry<String, JsonNode> alias : aliases.properties()) {
                if (alias.getValue() instanceof ObjectNode one) {
                    one.remove("is_write_index");
                }
            }
            body.withObject("/aliases").setAll(aliases);
        }
        return body;
    }

    private static ObjectNode mappings(JsonNode definition, @Nullable String type) {
        ObjectNode all = definition.path("mappings") instanceof ObjectNode there
                ? there.deepCopy()
                : JsonNodeFactory.instance.objectNode();
        return type != null && all.path(type) instanceof ObjectNode one ? one : all;
    }

    private static ShardLayout layout(JsonNode settings, int routingShards) {
        int shards = settings.path("index.number_of_shards").asInt(1);
        int partition = settings.path("index.routing_partition_size").asInt(1);
        boolean isUsable = routingShards >= shards && routingShards % shards == 0;
        try {
            return new ShardLayout(shards, isUsable ? routingShards : shards, partition);
        } catch (IllegalArgumentException e) {
            throw new CompletionException(
                    new IOException("an index of the source has no layout: " + e.getMessage(), e));
        }
    }
}
