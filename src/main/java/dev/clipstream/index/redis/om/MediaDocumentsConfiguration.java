package dev.clipstream.index.redis.om;

import com.redis.om.spring.RedisModulesConfiguration;
import com.redis.om.spring.annotations.EnableRedisEnhancedRepositories;
import com.redis.om.spring.search.stream.EntityStream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;

/// Provides [MediaDocuments] and [FilteredMedia] to an application that has a bean [MediaIndexNames] named
/// `mediaIndexNames`, a bean `RedisStandaloneConfiguration`, and a bean `JedisClientConfiguration` for TLS,
/// time-outs and pool. A server that is unreachable does not prevent the start.
@Configuration(proxyBeanMethods = false)
@Import(RedisModulesConfiguration.class)
@EnableRedisEnhancedRepositories(basePackageClasses = MediaDocuments.class)
public class MediaDocumentsConfiguration {

    /// Replaces the factory of the library, whose pipelines fail under this version of Spring Data.
    @Bean
    JedisConnectionFactory jedisConnectionFactory(
            RedisStandaloneConfiguration server, JedisClientConfiguration client) {
        JedisConnectionFactory factory = new JedisConnectionFactory(server, client);
        factory.setUseUnifiedJedis(false);
        return factory;
    }

    @Bean
    FilteredMedia filteredMedia(EntityStream media) {
        return new FilteredMedia(media);
    }
}
