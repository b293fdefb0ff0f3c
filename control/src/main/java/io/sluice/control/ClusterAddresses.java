package io.sluice.control;

import io.sluice.cluster.ClusterAddress;
import io.sluice.cluster.Credentials;
import io.sluice.cluster.Secret;
import io.sluice.cluster.TlsSettings;
import io.sluice.config.ClusterConfig;
import io.sluice.config.ClusterConfig.AuthConfig;
import io.sluice.config.ClusterConfig.TlsConfig;

/** From what the configuration says of a cluster to what a client of it wants. */
final class ClusterAddresses {

    private ClusterAddresses() {}

    static ClusterAddress of(ClusterConfig cluster) {
        return new ClusterAddress(cluster.endpoint(), credentials(cluster.auth()), tls(cluster.tls()));
    }

    private static Credentials credentials(AuthConfig auth) {
        if (auth instanceof AuthConfig.Basic basic) {
            return new Credentials.Basic(basic.username(), secret(basic.password()));
        }
        if (auth instanceof AuthConfig.ApiKey key) {
            return new Credentials.ApiKey(secret(key.encoded()));
        }
        if (auth instanceof AuthConfig.SigV4 aws) {
            return new Credentials.SigV4(aws.region(), aws.service(), aws.profile(), aws.role());
        }
        return new Credentials.None();
    }

    private static Secret secret(io.sluice.config.Secret secret) {
        return new Secret(secret.value());
    }

    private static TlsSettings tls(TlsConfig tls) {
        return new TlsSettings(tls.ca(), tls.cert(), tls.key(), tls.insecure());
    }
}
