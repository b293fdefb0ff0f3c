package io.sluice.snapshot;

import java.io.Serializable;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Where a snapshot repository lies. A value that travels with a job; it holds no credentials. */
public sealed interface RepositoryLocation extends Serializable {

    /** What a message calls it: {@code /mnt/repo} or {@code s3://bucket/prefix}. */
    String describe();

    /**
     * A repository in a folder that every reading host can see.
     *
     * @param path absolute
     */
    record FileSystem(String path) implements RepositoryLocation {
        @Override
        public String describe() {
            return path;
        }
    }

    /**
     * A repository in a bucket. Credentials come from the AWS default chain unless a profile is named,
     * and are exchanged for those of {@code role} when one is named.
     *
     * @param prefix without slashes at either end; empty for the bucket's root
     * @param region null: from the environment
     * @param endpoint null: AWS's own
     * @param pathStyle whether the bucket stands in the path, as most S3-compatible stores want it
     * @param role the ARN of a role to assume, or null
     * @param profile a profile of the shared credentials file, or null
     */
    record S3(
            String bucket,
            String prefix,
            @Nullable String region,
            @Nullable URI endpoint,
            boolean pathStyle,
            @Nullable String role,
            @Nullable String profile)
            implements RepositoryLocation {
        @Override
        public String describe() {
            return prefix.isEmpty() ? "s3://" + bucket : "s3://" + bucket + "/" + prefix;
        }
    }

    /**
     * A repository that a web server shows, as it is. Nothing can be listed there.
     *
     * @param url of its root, http or https, without a slash at its end, credentials, query or fragment
     */
    record Url(URI url) implements RepositoryLocation {
        public Url {
            boolean speaksHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (!speaksHttp || url.getHost() == null || url.getRawUserInfo() != null || url.getRawQuery() != null) {
                throw new IllegalArgumentException(
                        "The address of a repository is http:// or https://, a host, a port and a path");
            }
        }

        @Override
        public String describe() {
            return url.toString();
        }
    }
}
