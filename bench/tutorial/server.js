// A live leaderboard as tutorials build it: each request inserts a row, raises a total in Redis, reads the top ten and
// sends it to everybody. Arguments: the database, Redis.
const { createServer } = require('node:http');
const express = require('express');
const { Pool } = require('pg');
const { createClient } = require('redis');
const { Server } = require('socket.io');

const BOARD = 'leaderboard';

async function main([database, redisUrl]) {
  const pool = new Pool({ connectionString: database, max: 10 });
  await pool.query(`create table if not exists workout_score (
    id bigint generated always as identity primary key, user_id text not null, activity text not null,
    score integer not null, created_at timestamptz not null default now())`);
  await pool.query('create index if not exists workout_score_by_user on workout_score (user_id, created_at)');
  const redis = createClient({ url: redisUrl });
  await redis.connect();

  const app = express();
  const http = createServer(app);
  const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false });
  app.use(express.json());
  const top = async (count) => {
    const entries = await redis.zRangeWithScores(BOARD, 0, count - 1, { REV: true });
    return entries.map(({ value, score }, index) => ({ rank: index + 1, userId: value, score }));
  };
  app.post('/scores', async (request, response) => {
    try {
      const { userId, activity, score } = request.body;
      const { rows: [{ id }] } = await pool.query(
        'insert into workout_score (user_id, activity, score) values ($1, $2, $3) returning id', [userId, activity, score]);
      await redis.zIncrBy(BOARD, score, userId);
      io.emit('leaderboard', await top(10));
      response.status(201).json({ id });
    } catch (failure) {
      response.status(500).json({ error: failure.message });
    }
  });
  app.get('/leaderboard', async (request, response) => {
    response.json({ entries: await top(100) });
  });
  http.listen(0, '127.0.0.1', () => console.log(`listening on ${http.address().port}`));
}

main(process.argv.slice(2));
