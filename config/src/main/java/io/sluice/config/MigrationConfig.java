package io.sluice.config;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One migration: what {@code migration.yaml} says, complete with defaults. docs/configuration.md has every key.
 *
 * <p>A section that is null was not written and cannot do without something that only its writer knows.
 *
 * @param name names the jobs, the topic and the folder in {@code state}
 * @param state an absolute path
 */
public record MigrationConfig(
        String name,
        String state,
        @Nullable ClusterConfig source,
        @Nullable ClusterConfig target,
        @Nullable SnapshotConfig snapshot,
        IndicesConfig indices,
        DocumentsConfig documents,
        MetadataConfig metadata,
        BackfillConfig backfill,
        FenceConfig fence,
        @Nullable CaptureConfig capture,
        @Nullable ProxyConfig proxy,
        ReplayConfig replay,
        FlinkConfig flink) {

    /** The most subtasks a job may have: the number of key groups, which a job can never change. */
    public static final int MAX_PARALLELISM = 512;

    private static final String DEFAULT_STATE = "./.sluice";

    private static final ValueType<String> NAME = ValueType.text(
            "a name of small letters, digits, - and _, at most 64 characters, a letter or digit first",
            "name",
            "[a-z0-9][a-z0-9_-]{0,63}");

    /**
     * Where Flink is.
     *
     * @param rest the JobManager's REST address, or null for an embedded Flink
     */
    public record FlinkConfig(@Nullable URI rest) {
        static FlinkConfig read(Fields in) {
            return new FlinkConfig(in.optional("rest", Addresses.HTTP));
        }
    }

    static MigrationConfig read(Fields in) {
        String name = in.required("name", NAME);
        String state = in.value("state", Addresses.folder(in.reading()), DEFAULT_STATE);
        MigrationConfig config = new MigrationConfig(
                name,
                state.equals(DEFAULT_STATE) ? in.reading().resolve(state).toString() : state,
                in.optionalSection("source", ClusterConfig::read),
                in.optionalSection("target", ClusterConfig::read),
                in.optionalSection("snapshot", fields -> SnapshotConfig.read(fields, name)),
                in.section("indices", IndicesConfig::read),
                in.section("documents", DocumentsConfig::read),
                in.section("metadata", MetadataConfig::read),
                in.section("backfill", BackfillConfig::read),
                FenceConfig.read(in),
                in.optionalSection("capture", fields -> CaptureConfig.read(fields, name)),
                in.optionalSection("proxy", ProxyConfig::read),
                in.section("replay", ReplayConfig::read),
                in.section("flink", FlinkConfig::read));
        Contradictions.find(config, in);
        return config;
    }

    /** Every key there is, in the order in which it is asked for. */
    static List<Key> keys() {
        Reading reading = Reading.describing();
        read(new Fields(reading, "", new YamlNode.Mapping(0, Map.of())));
        return reading.keys();
    }
}
