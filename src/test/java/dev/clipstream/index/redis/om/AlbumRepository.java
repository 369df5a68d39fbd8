package dev.clipstream.index.redis.om;

import com.redis.om.spring.repository.RedisDocumentRepository;

/// The JSON documents of an application.
interface AlbumRepository extends RedisDocumentRepository<Album, String> {}
