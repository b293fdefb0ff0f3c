package io.sluice.config;

import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot that a backfill reads.
 *
 * @param name as {@code _snapshot} lists it
 * @param registeredAs what the source calls the repository
 * @param settings further settings of the repository, for the source that writes into it
 */
public record SnapshotConfig(
        String name, RepositoryConfig repository, String registeredAs, Map<String, String> settings) {

    private static final String TO_BE_REFUSED = "";

    public SnapshotConfig {
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    /** @param migration the name that the repository's is made of, where none is given */
    static SnapshotConfig read(Fields in, String migration) {
        List<Way<RepositoryConfig>> ways = List.of(
                Way.value("fs", Addresses.path(in.reading()), RepositoryConfig.FileSystem::new),
                Way.section("s3", RepositoryConfig.S3::read),
                Way.value("url", Addresses.HTTP, RepositoryConfig.Url::new));
        RepositoryConfig standIn = new RepositoryConfig.FileSystem(TO_BE_REFUSED);
        SnapshotConfig snapshot = new SnapshotConfig(
                in.required("name", ValueType.TEXT),
                in.oneOf("repository", standIn, true, ways),
                in.value("registered_as", REGISTERED, PREFIX_OF_NAME + migration, PREFIX_OF_NAME + "<name>"),
                in.map("settings", "repository setting", ValueType.TEXT));
        snapshot.settings.keySet().stream()
                .filter(setting -> setting.matches(".*(access_key|secret|password|token).*"))
                .forEach(setting -> in.problem(
                        "settings",
                        setting + " is a credential, and a cluster shows a repository's settings to whoever asks. Put"
                                + " it into the settings or the keystore of the source's nodes."));
        return snapshot;
    }

    /** Where the repository lies. */
    public sealed interface RepositoryConfig {

        /** A folder that every reading host sees under this absolute path. */
        record FileSystem(String path) implements RepositoryConfig {}

        /**
         * A bucket. Credentials come from the AWS default chain unless a profile is named, and are exchanged for those
         * of {@code role} when one is named.
         *
         * @param prefix without slashes at either end; empty for the bucket's root
         * @param region null: from the environment
         * @param endpoint null: AWS's own
         * @param pathStyle whether the bucket stands in the path
         */
        record S3(
                String bucket,
                String prefix,
                @Nullable String region,
                @Nullable URI endpoint,
                boolean pathStyle,
                @Nullable String role,
                @Nullable String profile)
                implements RepositoryConfig {

            static S3 read(Fields in) {
                URI endpoint = in.optional("endpoint", Addresses.HTTP);
                return new S3(
                        in.required("bucket", BUCKET),
                        in.value("prefix", PREFIX, "").replaceAll("^/+|/+$", ""),
                        in.optional("region", ValueType.TEXT),
                        endpoint,
                        in.value("path_style", ValueType.FLAG, endpoint != null, "true when endpoint is set"),
                        in.optional("role", ValueType.TEXT),
                        in.optional("profile", ValueType.TEXT));
            }
        }

        /** A repository that is served over HTTP. */
        record Url(URI url) implements RepositoryConfig {}
    }

    private static final String PREFIX_OF_NAME = "sluice-";
    private static final ValueType<String> REGISTERED =
            ValueType.text("the name of a repository", "name", "[a-z0-9][a-z0-9._-]{0,127}");
    private static final ValueType<String> BUCKET =
            ValueType.text("the name of a bucket, without s3://", "text", "[A-Za-z0-9._-]{3,255}");
    private static final ValueType<String> PREFIX = ValueType.text("a prefix", "text", ".*");
}
