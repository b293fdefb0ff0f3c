package io.sluice.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;

/** What a {@link BulkSink} answers to everything that is no bulk: plausibly, and as if all went well. */
final class SinkControl {

    private static final String VERSION = "2.19.6";
    private static final String SHARDS = "{\"_shards\":{\"total\":1,\"successful\":1,\"failed\":0}}";
    private static final String ACKNOWLEDGED = "{\"acknowledged\":true}";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SinkCounters counters;
    private final Map<String, ObjectNode> indices = new ConcurrentSkipListMap<>();

    SinkControl(SinkCounters counters) {
        this.counters = counters;
    }

    Answer answer(String method, String uri, String body) {
        List<String> path = Arrays.stream(uri.replaceFirst("\\?.*$", "").split("/", -1))
                .filter(part -> !part.isEmpty())
                .map(part -> URLDecoder.decode(part, StandardCharsets.UTF_8))
                .toList();
        try {
            if (path.isEmpty()) {
                return ok(about());
            }
            return path.get(0).startsWith("_") ? ofCluster(method, path) : ofIndex(method, path, body);
        } catch (JsonProcessingException notJson) {
            return error(400, "parse_exception", "The body is not JSON.");
        }
    }

    private Answer ofCluster(String method, List<String> path) throws JsonProcessingException {
        boolean reads = isRead(method);
        return switch (path.get(0)) {
            case "_sink" -> sink(method);
            case "_nodes" -> ok(nodes());
            case "_cat" -> ok("[]");
            case "_refresh", "_flush" -> ok(SHARDS);
            case "_all", "_mapping", "_mappings", "_settings", "_alias", "_aliases" ->
                reads ? ok(JSON.writeValueAsString(indices)) : ok(ACKNOWLEDGED);
            case "_cluster" -> path.contains("health") ? ok(health()) : settings(reads);
            default -> ok(reads ? "{}" : ACKNOWLEDGED);
        };
    }

    private Answer sink(String method) throws JsonProcessingException {
        if (method.equals("DELETE")) {
            counters.reset();
        }
        return ok(JSON.writeValueAsString(counters.snapshot()));
    }

    private Answer ofIndex(String method, List<String> path, String body) throws JsonProcessingException {
        String name = path.get(0);
        if (path.size() == 1) {
            return switch (method) {
                case "PUT" -> create(name, body);
                case "DELETE" -> indices.remove(name) == null ? missing(name) : ok(ACKNOWLEDGED);
                default -> part(name, "");
            };
        }
        return switch (path.get(1)) {
            case "_doc", "_create" -> document(method, path);
            case "_mapping", "_mappings" -> isRead(method) ? part(name, "mappings") : ok(ACKNOWLEDGED);
            case "_settings" -> isRead(method) ? part(name, "settings") : ok(ACKNOWLEDGED);
            case "_alias", "_aliases" -> isRead(method) ? part(name, "aliases") : ok(ACKNOWLEDGED);
            case "_count" -> ok("{\"count\":" + counters.snapshot().documents() + "}");
            default -> ok(isRead(method) ? "{}" : SHARDS);
        };
    }

    private Answer create(String name, String body) throws JsonProcessingException {
        JsonNode asked = body.isBlank() ? JSON.createObjectNode() : JSON.readTree(body);
        ObjectNode index = JSON.createObjectNode();
        index.set("aliases", asked.path("aliases").isObject() ? asked.path("aliases") : JSON.createObjectNode());
        index.set("mappings", asked.path("mappings").isObject() ? asked.path("mappings") : JSON.createObjectNode());
        ObjectNode settings = index.putObject("settings").putObject("index");
        settings.put("number_of_shards", "1").put("number_of_replicas", "1").put("provided_name", name);
        flatten("", asked.path("settings"), settings);
        settings.put("uuid", UUID.randomUUID().toString().replace("-", "").substring(0, 22));
        settings.putObject("version").put("created", "136427827");
        if (indices.putIfAbsent(name, index) != null) {
            return error(400, "resource_already_exists_exception", "index [" + name + "] already exists");
        }
        return ok(
                "{\"acknowledged\":true,\"shards_acknowledged\":true,\"index\":" + JSON.writeValueAsString(name) + "}");
    }

    /** Settings may be nested or dotted, and with or without their {@code index.} prefix. */
    private static void flatten(String prefix, JsonNode settings, ObjectNode target) {
        settings.properties().forEach(setting -> {
            String name = (prefix + setting.getKey()).replaceFirst("^index\\.", "");
            if (setting.getValue().isObject()) {
                flatten(name.equals("index") ? "" : name + ".", setting.getValue(), target);
            } else if (setting.getValue().isArray()) {
                target.set(name, setting.getValue());
            } else {
                target.put(name, setting.getValue().asText());
            }
        });
    }

    private Answer part(String name, String part) throws JsonProcessingException {
        ObjectNode index = indices.get(name);
        if (index == null) {
            return missing(name);
        }
        ObjectNode answer = JSON.createObjectNode();
        if (part.isEmpty()) {
            answer.set(name, index);
        } else {
            answer.putObject(name).set(part, index.get(part));
        }
        return ok(JSON.writeValueAsString(answer));
    }

    private static Answer document(String method, List<String> path) throws JsonProcessingException {
        ObjectNode answer = JSON.createObjectNode();
        answer.put("_index", path.get(0)).put("_id", path.size() > 2 ? path.get(2) : "1");
        if (isRead(method)) {
            return new Answer(404, JSON.writeValueAsString(answer.put("found", false)));
        }
        answer.put("_version", 1).put("result", "created").put("_seq_no", 0).put("_primary_term", 1);
        return new Answer(201, JSON.writeValueAsString(answer));
    }

    private static Answer settings(boolean reads) {
        return ok(
                reads
                        ? "{\"persistent\":{},\"transient\":{},\"defaults\":{}}"
                        : "{\"acknowledged\":true,\"persistent\":{},\"transient\":{}}");
    }

    private static boolean isRead(String method) {
        return method.equals("GET") || method.equals("HEAD");
    }

    private static Answer ok(String body) {
        return new Answer(200, body);
    }

    private static Answer missing(String index) {
        return error(404, "index_not_found_exception", "no such index [" + index + "]");
    }

    private static Answer error(int status, String type, String reason) {
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("error").put("type", type).put("reason", reason);
        return new Answer(status, answer.put("status", status).toString());
    }

    private static String about() {
        return """
                {"name":"sink","cluster_name":"sluice-sink","cluster_uuid":"AAAAAAAAAAAAAAAAAAAAAA",
                "version":{"distribution":"opensearch","number":"%s","build_type":"zip","build_hash":"unknown",
                "build_date":"2025-01-01T00:00:00Z","build_snapshot":false,"lucene_version":"9.12.3",
                "minimum_wire_compatibility_version":"7.10.0","minimum_index_compatibility_version":"7.0.0"},
                "tagline":"The OpenSearch Project: https://opensearch.org/"}
                """.formatted(VERSION);
    }

    private static String health() {
        return """
                {"cluster_name":"sluice-sink","status":"green","timed_out":false,"number_of_nodes":1,
                "number_of_data_nodes":1,"discovered_master":true,"discovered_cluster_manager":true,
                "active_primary_shards":1,"active_shards":1,"relocating_shards":0,"initializing_shards":0,
                "unassigned_shards":0,"delayed_unassigned_shards":0,"number_of_pending_tasks":0,
                "number_of_in_flight_fetch":0,"task_max_waiting_in_queue_millis":0,
                "active_shards_percent_as_number":100.0}
                """;
    }

    private static String nodes() {
        return """
                {"_nodes":{"total":1,"successful":1,"failed":0},"cluster_name":"sluice-sink","nodes":{"sink":{
                "name":"sink","version":"%s","host":"127.0.0.1","ip":"127.0.0.1","build_type":"zip",
                "roles":["cluster_manager","data","ingest"],"http":{"max_content_length_in_bytes":104857600}}}}
                """.formatted(VERSION);
    }
}
