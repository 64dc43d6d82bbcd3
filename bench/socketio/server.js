// Publishes the body in a file to every socket, at the rate that was asked for by GET /rate/<n>.
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { Server } = require('socket.io');

const TICK_MILLIS = 10;
const body = JSON.parse(readFileSync(process.argv[2], 'utf8'));
let perSecond = 0;
let owed = 0;

const http = createServer((request, response) => {
  const rate = /^\/rate\/(\d+)$/.exec(request.url);
  if (rate) {
    perSecond = Number(rate[1]);
    owed = 0;
  }
  response.end();
});
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false });
setInterval(() => {
  owed += (perSecond * TICK_MILLIS) / 1000;
  for (; owed >= 1; owed--) {
    io.emit('leaderboard.overall', body);
  }
}, TICK_MILLIS);
http.listen(0, '127.0.0.1', () => console.log(`listening on ${http.address().port}`));
