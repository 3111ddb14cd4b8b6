package dev.sluice.app;

import dev.sluice.api.auth.AccessTokens;
import dev.sluice.api.auth.Admission;
import dev.sluice.api.auth.Bans;
import dev.sluice.api.auth.SigningKeys;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires who may come in: the keys of access tokens, and what they are judged by. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {
  private static final String DEVELOPMENT_KEY_ID = "development";

  /** Development mode makes its own key when there is none: nobody outside can know it. */
  @Bean
  SigningKeys signingKeys(SluiceProperties properties) {
    SluiceProperties.Auth auth = properties.auth();
    if (!auth.keys().isEmpty()) {
      return SigningKeys.of(auth.keys());
    }
    return auth.hasKeys()
        ? SigningKeys.NONE
        : SigningKeys.random(DEVELOPMENT_KEY_ID, new SecureRandom());
  }

  @Bean
  KeySets keySets(SluiceProperties properties) {
    return new KeySets(properties.auth(), System::nanoTime);
  }

  @Bean
  AccessTokens accessTokens(SigningKeys keys, KeySets keySets, SluiceProperties properties) {
    return new AccessTokens(
        keys,
        keySets.caches(),
        new AccessTokens.Rules(properties.auth().clockSkew(), properties.auth().audience()),
        InstantSource.system());
  }

  @Bean
  Admission admission(AccessTokens tokens, SluiceProperties properties) {
    return new Admission(tokens, properties.isDevelopment(), new Bans(InstantSource.system()));
  }

  @Bean
  AccessTokensHealth accessTokensHealthIndicator(AccessTokens tokens) {
    return new AccessTokensHealth(tokens::hasKeys);
  }
}
