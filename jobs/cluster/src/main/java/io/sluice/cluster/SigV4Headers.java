package io.sluice.cluster;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/**
 * Signs each request as it is sent, with the AWS SDK's signer: credentials that were renewed meanwhile are
 * used, and a request that is sent again is signed again.
 *
 * <p>Signing hashes the whole body and may have to fetch credentials, so it runs on a thread of its own.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html">Signature Version 4</a>
 */
final class SigV4Headers implements RequestHeaders {

    /** Requests that wait for their signature; one more fails. */
    private static final int MOST_WAITING = 8192;

    private final URI endpoint;
    private final Credentials.SigV4 settings;
    private final AwsCredentials credentials;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final ExecutorService signing =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
                Thread thread = new Thread(task, "request-signer");
                thread.setDaemon(true);
                return thread;
            });

    SigV4Headers(URI endpoint, Credentials.SigV4 settings) {
        this.endpoint = endpoint;
        this.settings = settings;
        this.credentials = AwsCredentials.provider(settings);
    }

    @Override
    public CompletableFuture<Map<String, String>> of(String method, String path, List<ByteBuffer> body) {
        return CompletableFuture.supplyAsync(() -> sign(credentials, method, path, body), signing);
    }

    private Map<String, String> sign(
            AwsCredentialsProvider provider, String method, String path, List<ByteBuffer> body) {
        SdkHttpFullRequest request = SdkHttpFullRequest.builder()
                .method(SdkHttpMethod.fromValue(method))
                .uri(URI.create(endpoint.getScheme() + "://" + endpoint.getRawAuthority() + path))
                .build();
        ContentStreamProvider payload = () -> new BodyStream(body);
        SdkHttpRequest signed = signer.sign(toSign -> toSign.identity(provider.resolveCredentials())
                        .request(request)
                        .payload(payload)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, settings.service())
                        .putProperty(AwsV4HttpSigner.REGION_NAME, settings.region()))
                .request();
        Map<String, String> headers = new HashMap<>();
        signed.headers().forEach((name, values) -> headers.put(name, String.join(",", values)));
        return headers;
    }

    @Override
    public void close() {
        signing.shutdown(); // what is queued still fails or is signed: its caller waits for that
        credentials.close();
    }
}
