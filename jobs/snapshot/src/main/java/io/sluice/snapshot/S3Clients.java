package io.sluice.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/** The S3 client of one location, and all that must be closed with it. */
final class S3Clients implements Closeable {

    /** Two for each of a hundred cursors would do; more than are asked for are never opened. */
    private static final int MAX_CONNECTIONS = 200;

    private static final int MAX_ATTEMPTS = 6;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration CALL_TIMEOUT = Duration.ofMinutes(5);
    private static final String SESSION_NAME = "sluice";

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final S3Client s3;

    private S3Clients(RepositoryLocation.S3 location) {
        Region region = region(location);
        SdkHttpClient http = opened(ApacheHttpClient.builder()
                .maxConnections(MAX_CONNECTIONS)
                .connectionTimeout(CONNECT_TIMEOUT)
                .connectionAcquisitionTimeout(SOCKET_TIMEOUT)
                .socketTimeout(SOCKET_TIMEOUT)
                .build());
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(http)
                .region(region)
                .credentialsProvider(credentials(location, region, http))
                .forcePathStyle(location.pathStyle())
                // Other checksums than those S3 itself demands are unknown to many compatible stores.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(c -> c.retryStrategy(RetryMode.STANDARD)
                        .retryStrategy(retries -> retries.maxAttempts(MAX_ATTEMPTS))
                        .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
                        .apiCallTimeout(CALL_TIMEOUT));
        if (location.endpoint() != null) {
            builder.endpointOverride(location.endpoint());
        }
        s3 = opened(builder.build());
    }

    static S3Clients of(RepositoryLocation.S3 location) throws IOException {
        try {
            return new S3Clients(location);
        } catch (SdkException | IllegalArgumentException e) {
            throw S3Errors.unusable(e, location);
        }
    }

    S3Client s3() {
        return s3;
    }

    private AwsCredentialsProvider credentials(RepositoryLocation.S3 location, Region region, SdkHttpClient http) {
        AwsCredentialsProvider own = own(location.profile());
        String role = location.role();
        if (role == null) {
            return own;
        }
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

    private AwsCredentialsProvider own(@Nullable String profile) {
        return profile == null
                ? opened(DefaultCredentialsProvider.builder().build())
                : opened(ProfileCredentialsProvider.create(profile));
    }

    /** An S3-compatible store rarely has regions: with an endpoint and none named, S3's own default signs. */
    private static Region region(RepositoryLocation.S3 location) {
        if (location.region() != null) {
            return Region.of(location.region());
        }
        if (location.endpoint() == null) {
            return new DefaultAwsRegionProviderChain().getRegion();
        }
        try {
            return new AwsRegionProviderChain(new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
                    .getRegion();
        } catch (SdkException e) {
            return Region.US_EAST_1;
        }
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
                org.slf4j.LoggerFactory.getLogger(S3Clients.class).warn("Closing an S3 client failed", e);
            }
        }
    }
}
