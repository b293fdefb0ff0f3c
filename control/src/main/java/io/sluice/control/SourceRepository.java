package io.sluice.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cluster.ClusterException;
import io.sluice.cluster.SnapshotCalls;
import io.sluice.config.MigrationConfig;
import io.sluice.config.SnapshotConfig;
import io.sluice.config.SnapshotConfig.RepositoryConfig;
import io.sluice.control.console.Output;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The repository of a migration as the source is to know it.
 *
 * @param name what the source calls it
 * @param type {@code fs} or {@code s3}
 * @param settings with which it is registered, all of them
 */
record SourceRepository(String name, String type, Map<String, String> settings) {

    /** What tells one place from another, by type. */
    private static final Map<String, List<String>> PLACE =
            Map.of("fs", List.of("location"), "s3", List.of("bucket", "base_path"));

    SourceRepository {
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    /** From the configuration; what {@code snapshot.settings} says wins. */
    static SourceRepository of(MigrationConfig config) throws CommandException {
        SnapshotConfig snapshot = config.snapshot();
        if (snapshot == null) {
            throw CommandException.wrongUsage(
                    "the configuration has no snapshot. Add the section, with name and repository.");
        }
        Map<String, String> settings = new TreeMap<>();
        String type;
        if (snapshot.repository() instanceof RepositoryConfig.FileSystem folder) {
            type = "fs";
            settings.put("location", folder.path());
        } else if (snapshot.repository() instanceof RepositoryConfig.S3 s3) {
            type = "s3";
            describe(s3, settings);
        } else {
            throw CommandException.wrongUsage(
                    "snapshot.repository is a url, which can only be read. Name the folder or the bucket behind it: fs or s3.");
        }
        settings.putAll(snapshot.settings());
        return new SourceRepository(snapshot.registeredAs(), type, settings);
    }

    private static void describe(RepositoryConfig.S3 s3, Map<String, String> settings) {
        settings.put("bucket", s3.bucket());
        if (!s3.prefix().isEmpty()) {
            settings.put("base_path", s3.prefix());
        }
        if (s3.region() != null) {
            settings.put("region", s3.region());
        }
        if (s3.endpoint() != null) {
            settings.put("endpoint", s3.endpoint().toString());
        }
        if (s3.pathStyle()) {
            settings.put("path_style_access", "true");
        }
    }

    /**
     * Registers it, unless it is there.
     *
     * @throws CommandException when another one has its name or its place
     */
    void ensure(SnapshotCalls calls, Output output) throws ClusterException, CommandException {
        JsonNode all = calls.repositories();
        JsonNode there = all.path(name);
        if (there.isObject()) {
            List<String> differences = differences(there);
            if (!differences.isEmpty()) {
                throw CommandException.failed(
                        "the source has a repository %s that is not as configured: %s. Change snapshot.repository or snapshot.settings, or choose another name with snapshot.registered_as; nothing was overwritten."
                                .formatted(name, String.join("; ", differences)),
                        null);
            }
            return;
        }
        refuseSharedPlace(all);
        try {
            calls.register(name, type, settings);
        } catch (ClusterException refused) {
            throw CommandException.failed(refused.getMessage() + advice(refused), refused);
        }
        output.step("registered repository %s (%s, %s)".formatted(name, type, place(settings::get)));
    }

    /** @throws CommandException when there is none of its name */
    void require(SnapshotCalls calls) throws ClusterException, CommandException {
        if (!calls.repositories().path(name).isObject()) {
            throw CommandException.notReady(
                    "the source has no repository " + name + " yet. It is made with: sluice snapshot create");
        }
    }

    /** Two that write to one place damage what lies there. */
    private void refuseSharedPlace(JsonNode all) throws CommandException {
        for (Map.Entry<String, JsonNode> other : all.properties()) {
            JsonNode there = other.getValue().path("settings");
            if (other.getValue().path("type").asText().equals(type)
                    && place(key -> there.path(key).asText("")).equals(place(settings::get))
                    && !there.path("readonly").asText("").equals("true")) {
                throw CommandException.failed(
                        "the source's repository %s lies in the same place (%s), and two that write there damage each other. Name another place in snapshot.repository, or use that one: snapshot.registered_as: %s"
                                .formatted(other.getKey(), place(settings::get), other.getKey()),
                        null);
            }
        }
    }

    private interface Setting {
        @Nullable
        String of(String key);
    }

    private String place(Setting setting) {
        List<String> parts = new ArrayList<>();
        for (String key : PLACE.getOrDefault(type, List.of())) {
            String value = setting.of(key);
            parts.add(value == null ? "" : value.replaceAll("/+$", ""));
        }
        return String.join("/", parts).replaceAll("/$", "");
    }

    private List<String> differences(JsonNode there) {
        List<String> differences = new ArrayList<>();
        String otherType = there.path("type").asText();
        if (!otherType.equals(type)) {
            differences.add("its type is " + otherType + ", configured is " + type);
        }
        Map<String, String> found = new TreeMap<>();
        there.path("settings")
                .properties()
                .forEach(setting ->
                        found.put(setting.getKey(), setting.getValue().asText()));
        TreeSet<String> keys = new TreeSet<>(found.keySet());
        keys.addAll(settings.keySet());
        for (String key : keys) {
            String is = found.get(key);
            String wanted = settings.get(key);
            if (is == null || !is.equals(wanted)) {
                differences.add("its %s is %s, configured is %s".formatted(key, told(is), told(wanted)));
            }
        }
        return differences;
    }

    private static String told(@Nullable String value) {
        return value == null ? "not set" : value;
    }

    private static String advice(ClusterException refused) {
        String reason = refused.reason();
        if (reason.contains("path.repo")) {
            return " Add the folder to path.repo in the settings of every node of the source, and restart them.";
        }
        if (reason.contains("does not exist") || reason.contains("failed to find") || reason.contains("Unknown")) {
            return " For s3, the source's nodes need the plugin repository-s3.";
        }
        return "";
    }
}
