"""A one-stop system that is not ours: dossiers over HTTP in its own words, page by page, with faults to order.

It knows nothing of this program: fields, states and paging are its own, as in the example of docs/registry.md.
"""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from tests.websites import listening

TOKEN = "token-cua-he-thong"
CONNECTION = """\
url: {url}/api/ho-so
query: {{soLuong: "{size}"}}
since: tuLuc
changed: capNhatLuc
page: trang
items: duLieu.danhSach
every: 60
timeout: {timeout}
fields:
  MaHoSo: soHoSo
  MaTTHC: thuTuc.ma
  TenTTHC: thuTuc.ten
  TrangThaiHoSo: trangThai
  NgayTiepNhan: tiepNhan
  NgayHenTra: henTra
  NgayKetThucXuLy: xongLuc
  CoQuan: coQuan
  NguoiXuLy: canBo
  ChuHoSo: chuHoSo.hoTen
  SoGiayToChuHoSo: chuHoSo.soCCCD
  SoDienThoai: chuHoSo.dienThoai
  NoiDungBoSung: canBoSung
  NoiTraKetQua: noiTra
  ThoiDiemXuLy: luc
  NoiDungXuLy: viec
steps: cacBuoc
statuses: {{MOI: 1, TIEP_NHAN: 2, DANG_XU_LY: 4, BO_SUNG: 5, CO_KET_QUA: 9, DA_TRA: 10}}
webhook: {{header: X-Chu-Ky}}
"""


@dataclass
class OneStop:
    """`faults`: what the next answers are instead of the right one. `asked`: the queries that came."""

    url: str = ""
    dossiers: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)

    def put(self, code: str, state: str = "DANG_XU_LY", at: str = "2026-11-23T09:00:00", **more: Any) -> None:
        self.dossiers[code] = {
            "soHoSo": code,
            "thuTuc": {"ma": "1.001193", "ten": "Đăng ký khai sinh"},
            "trangThai": state,
            "tiepNhan": "13/11/2026",
            "henTra": "26/11/2026 17:00",
            "coQuan": "Ủy ban nhân dân xã Đất Mũi",
            "canBo": "Lê Thị Hạnh",
            "chuHoSo": {"hoTen": "Nguyễn Văn Út", "soCCCD": "096123123456", "dienThoai": "0912987654"},
            "capNhatLuc": at,
            "cacBuoc": [{"luc": "13/11/2026 08:00", "canBo": "Trần Lan", "viec": "Tiếp nhận hồ sơ"}],
            **more,
        }

    def connection(self, *, size: int = 2, timeout: float = 2.0) -> str:
        return CONNECTION.format(url=self.url, size=size, timeout=timeout)

    async def answer(self, request: Request) -> Response:
        query = dict(request.query_params)
        self.asked.append(query)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return PlainTextResponse("ai đó", 401)
        fault = self.faults.pop(0) if self.faults else ""
        if fault:
            return await self._faulty(fault, query)
        return JSONResponse(self._page(query))

    def _page(self, query: dict[str, str]) -> dict[str, Any]:
        since, size, page = query.get("tuLuc", ""), int(query["soLuong"]), int(query["trang"])
        changed = sorted(
            (each for each in self.dossiers.values() if each["capNhatLuc"] >= since),
            key=lambda each: (each["capNhatLuc"], each["soHoSo"]),
        )
        return {"duLieu": {"danhSach": changed[(page - 1) * size : page * size]}}

    async def _faulty(self, fault: str, query: dict[str, str]) -> Response:
        match fault:
            case "slow":
                await asyncio.sleep(3)
                return JSONResponse(self._page(query))
            case "half":
                return Response(json.dumps(self._page(query))[:-20], media_type="application/json")
            case "html":
                return Response("<html>Bảo trì hệ thống</html>", media_type="text/html")
            case "strange":
                return JSONResponse({"loi": "khong co du lieu"})
            case "redirect":
                return RedirectResponse("http://127.0.0.1:9/")
            case "circle":
                return JSONResponse(self._page({**query, "trang": "1"}))
        return PlainTextResponse("lỗi", int(fault))


@contextlib.asynccontextmanager
async def one_stop() -> AsyncIterator[OneStop]:
    """The system on a loopback port."""
    system = OneStop()
    app = Starlette()
    app.router.add_route("/api/ho-so", system.answer, methods=["GET"])
    listener = socket.create_server(("127.0.0.1", 0))
    async with listening(app, listener) as url:
        system.url = url
        yield system
