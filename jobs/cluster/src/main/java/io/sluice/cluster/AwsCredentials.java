package io.sluice.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/**
 * The AWS identity that signs: of the default chain or a profile, or of a role assumed with it. Keys are
 * looked up when first asked for and renewed before they end. May be used from any thread.
 */
final class AwsCredentials implements AwsCredentialsProvider, AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(30);
    private static final String SESSION_NAME = "sluice";

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final AwsCredentialsProvider keys;

    private AwsCredentials(Credentials.SigV4 settings) {
        AwsCredentialsProvider own = own(settings.profile());
        String role = settings.role();
        keys = role == null ? own : assumed(own, role, Region.of(settings.region()));
    }

    /**
     * Opens the identity that the settings name. Asks nobody yet.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException when the profile is not to be found
     */
    static AwsCredentials provider(Credentials.SigV4 settings) {
        return new AwsCredentials(settings);
    }

    /** Blocks when keys must be fetched; {@code SdkException} when there are none. */
    @Override
    public software.amazon.awssdk.auth.credentials.AwsCredentials resolveCredentials() {
        return keys.resolveCredentials();
    }

    private AwsCredentialsProvider own(@Nullable String profile) {
        return profile == null
                ? opened(DefaultCredentialsProvider.builder().build())
                : opened(ProfileCredentialsProvider.create(profile));
    }

    private AwsCredentialsProvider assumed(AwsCredentialsProvider own, String role, Region region) {
        SdkHttpClient http = opened(ApacheHttpClient.builder()
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(SOCKET_TIMEOUT)
                .build());
        StsClient sts = opened(StsClient.builder()
                .httpClient(http)
                .region(region)
                .credentialsProvider(own)
                .build());
        return opened(StsAssumeRoleCredentialsProvider.builder()
                .stsClient(sts)
                .refreshRequest(r -> r.roleArn(role).roleSessionName(SESSION_NAME))
                .build());
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.push(resource);
        return resource;
    }

    /** In the reverse order of opening: a client before the connections it uses. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) { // an edge: nothing of what is left needs to know
                org.slf4j.LoggerFactory.getLogger(AwsCredentials.class).warn("Closing an AWS client failed", e);
            }
        }
    }
}
